/// \file
/// What a tuned model loses if its tensors are rounded to a narrower type.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace pinpoint::pretrained {

/// Sums over tensors. Rounding is to the nearest value, ties to even.
class RoundingLoss {
 public:
  /// \param to the narrower type, float16 or bfloat16
  explicit RoundingLoss(at::ScalarType to) : to_(to) {}

  /// \param stored the tensor before the tuning \param tuned the same after it, of the same shape; both of any floating
  ///        type, on the CPU
  void add(const at::Tensor& stored, const at::Tensor& tuned);

  at::ScalarType to() const { return to_; }
  bool is_lossless() const { return lost_ == 0 && overflowed_ == 0; }
  /// Of the elements that the tuning changed, the share that gets the same value as the untuned one. 0 to 1
  double undone_share() const { return changed_ ? static_cast<double>(undone_) / static_cast<double>(changed_) : 0; }
  /// |rounded - tuned| / |tuned - stored|, with the Euclidean norm over all elements.
  double lost_share() const;
  /// Elements beyond the range of the type. They do not count in the other numbers.
  std::int64_t overflowed() const { return overflowed_; }

 private:
  void add_piece(const at::Tensor& stored, const at::Tensor& tuned);

  at::ScalarType to_;
  std::int64_t changed_ = 0, undone_ = 0, overflowed_ = 0;
  double moved_ = 0, lost_ = 0;  // sums of squares
};

}  // namespace pinpoint::pretrained
