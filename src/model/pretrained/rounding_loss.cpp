#include "model/pretrained/rounding_loss.h"

#include <ATen/ops/isfinite.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>

#include "system/base/check.h"

namespace pinpoint::pretrained {
namespace {

double sum_of_squares(const at::Tensor& x) { return x.to(at::kDouble).square().sum().item<double>(); }

}  // namespace

void RoundingLoss::add(const at::Tensor& stored, const at::Tensor& tuned) {
  PINPOINT_EXPECT(stored.sizes() == tuned.sizes());
  constexpr std::int64_t piece = 1 << 22;  // so that no float64 copy of a large tensor is held
  const at::Tensor before = stored.flatten(), after = tuned.flatten();
  for (std::int64_t begin = 0; begin < after.numel(); begin += piece) {
    const std::int64_t count = std::min(piece, after.numel() - begin);
    add_piece(before.narrow(0, begin, count).to(at::kFloat), after.narrow(0, begin, count).to(at::kFloat));
  }
}

void RoundingLoss::add_piece(const at::Tensor& stored, const at::Tensor& tuned) {
  const at::Tensor rounded = tuned.to(to_).to(at::kFloat), untuned = stored.to(to_).to(at::kFloat);
  const at::Tensor in_range = at::isfinite(rounded);
  const at::Tensor changed = tuned.ne(stored).logical_and(in_range);
  const auto count = [](const at::Tensor& flags) { return flags.sum().item<std::int64_t>(); };
  overflowed_ += tuned.numel() - count(in_range);
  changed_ += count(changed);
  undone_ += count(changed.logical_and(rounded.eq(untuned)));
  const at::Tensor none = at::zeros_like(tuned);
  moved_ += sum_of_squares(at::where(in_range, tuned - stored, none));
  lost_ += sum_of_squares(at::where(changed, rounded - tuned, none));
}

double RoundingLoss::lost_share() const { return moved_ > 0 ? std::sqrt(lost_ / moved_) : 0; }

}  // namespace pinpoint::pretrained
