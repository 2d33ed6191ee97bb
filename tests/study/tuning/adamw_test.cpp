#include "study/tuning/adamw.h"

#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>

namespace pinpoint::tuning {
namespace {

/// Two updates of one number, calculated by hand.
TEST(AdamW, IsTheFormulaWithDecoupledDecay) {
  TuneOptions options;
  options.betas = {0.5, 0.75};
  options.weight_decay = 0.1;
  options.eps = 1;
  Tensors p{at::tensor({2.0}, at::kDouble)};
  AdamWState state = initial_state(p);
  update(p, {at::tensor({4.0}, at::kDouble)}, state, 0.5, options);
  // p = 2 * 0.95 = 1.9; m = 2, m^ = 4; v = 4, v^ = 16: 1.9 - 0.5 * 4 / (4 + 1) = 1.5
  EXPECT_NEAR(p[0].item<double>(), 1.5, 1e-15);
  update(p, {at::tensor({-1.0}, at::kDouble)}, state, 0.5, options);
  // p = 1.425; m = 0.5, m^ = 2/3; v = 3.25, v^ = 3.25 / 0.4375
  const double expected = 1.425 - 0.5 * (2.0 / 3) / (std::sqrt(3.25 / 0.4375) + 1);
  EXPECT_NEAR(p[0].item<double>(), expected, 1e-15);
  EXPECT_EQ(state.step, 2);
  EXPECT_NEAR(state.exp_avg[0].item<double>(), 0.5, 1e-15);
  EXPECT_NEAR(state.exp_avg_sq[0].item<double>(), 3.25, 1e-15);
}

TEST(Clipping, ScalesByTheNormOfAllGradients) {
  Tensors gradients{at::tensor({3.0, 0.0}), at::tensor({4.0})};
  EXPECT_DOUBLE_EQ(squared_norm(gradients), 25);
  clip(gradients, 5, 10);
  EXPECT_EQ(gradients[1].item<double>(), 4);
  clip(gradients, 5, 1);
  EXPECT_NEAR(gradients[0][0].item<double>(), 0.6, 1e-7);
  EXPECT_NEAR(gradients[1].item<double>(), 0.8, 1e-7);
}

}  // namespace
}  // namespace pinpoint::tuning
