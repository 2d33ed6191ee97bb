/// \file
/// The matrix rate and the memory bandwidth of this machine, the two limits of a roofline plot.
#pragma once

#include <ATen/core/Tensor.h>

namespace pinpoint::bench {

/// One product of 2048 x 2048 by 2048 x 2048, limited by neither shape nor memory.
class LargeProduct {
 public:
  explicit LargeProduct(at::ScalarType dtype);
  void step() const;
  double operations() const;

 private:
  at::Tensor left_, right_;
};

/// A sum over 256 MB, more than any cache holds, so that every byte is read from memory once.
class LongRead {
 public:
  LongRead();
  void step() const;
  double bytes() const;

 private:
  at::Tensor values_;
};

}  // namespace pinpoint::bench
