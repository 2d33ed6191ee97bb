#include "model/pretrained/rounding_loss.h"

#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>

namespace pinpoint::pretrained {
namespace {

// bfloat16 has 8 significant bits: its neighbours of 1 are 1 - 2^-8 and 1 + 2^-7.
constexpr float step = 1.f / 128;

at::Tensor values(std::initializer_list<float> list) { return at::tensor(at::ArrayRef<float>(list)); }

TEST(RoundingLoss, CountsTheWeightsThatGetTheirOldValue) {
  RoundingLoss loss(at::kBFloat16);
  // Unchanged; a quarter of a step, which rounds back; a whole step, which is kept; three quarters, which becomes one.
  loss.add(values({1, 1, 1, 1}), values({1, 1 + step / 4, 1 + step, 1 + 3 * step / 4}));
  EXPECT_DOUBLE_EQ(loss.undone_share(), 1.0 / 3);
  // Lost: 1/4 and 1/4 of a step. Moved: 1/4, 1 and 3/4 of a step.
  EXPECT_DOUBLE_EQ(loss.lost_share(), std::sqrt((1 + 1) / (1 + 16 + 9.0)));
  EXPECT_FALSE(loss.is_lossless());
}

TEST(RoundingLoss, TiesGoToEven) {
  RoundingLoss loss(at::kBFloat16);
  loss.add(values({1, 1 + step}), values({1 + step / 2, 1 + 3 * step / 2}));  // to 1, and to 1 + 2 steps
  EXPECT_DOUBLE_EQ(loss.undone_share(), 0.5);
}

TEST(RoundingLoss, NothingIsLostOfValuesThatTheTypeHolds) {
  RoundingLoss loss(at::kBFloat16);
  loss.add(values({1, 2}).to(at::kHalf), values({1, 3}).to(at::kBFloat16));
  EXPECT_TRUE(loss.is_lossless());
  EXPECT_EQ(loss.undone_share(), 0);
  EXPECT_EQ(loss.lost_share(), 0);
}

TEST(RoundingLoss, CountsValuesBeyondTheRange) {
  RoundingLoss loss(at::kHalf);
  loss.add(values({1, 1}), values({65504, 65520}));  // the largest, and the smallest that rounds to infinity
  EXPECT_EQ(loss.overflowed(), 1);
  EXPECT_EQ(loss.lost_share(), 0);
  EXPECT_FALSE(loss.is_lossless());
}

TEST(RoundingLoss, AddsUpTensorsOfAnyShape) {
  RoundingLoss apart(at::kBFloat16), together(at::kBFloat16);
  apart.add(values({1, 1}).view({1, 2}), values({1 + step / 4, 1 + step}).view({1, 2}));
  apart.add(values({1}), values({1 + 3 * step / 4}));
  together.add(values({1, 1, 1}), values({1 + step / 4, 1 + step, 1 + 3 * step / 4}));
  EXPECT_DOUBLE_EQ(apart.lost_share(), together.lost_share());
  EXPECT_DOUBLE_EQ(apart.undone_share(), together.undone_share());
}

}  // namespace
}  // namespace pinpoint::pretrained
