/// \file
/// How fast this machine multiplies and reads: the two limits of a roofline picture.
#pragma once

#include <ATen/core/Tensor.h>

namespace pinpoint::bench {

/// One product of 2048 x 2048 by 2048 x 2048: what LibTorch reaches where neither shape nor memory is in the way.
class LargeProduct {
 public:
  explicit LargeProduct(at::ScalarType dtype);
  void step() const;
  double operations() const;

 private:
  at::Tensor left_, right_;
};

/// A sum over 256 MB: every byte is read once, and no cache holds them all.
class LongRead {
 public:
  LongRead();
  void step() const;
  double bytes() const;

 private:
  at::Tensor values_;
};

}  // namespace pinpoint::bench
