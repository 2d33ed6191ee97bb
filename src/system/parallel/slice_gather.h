/// \file
/// An all-gather that goes on while this rank computes.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>

#include "system/parallel/communicator.h"

namespace pinpoint::parallel {

/// Every rank's slice, one after the other in order of rank, into every rank's buffer. Begins with the object. MPI
/// moves data only while it is called: whoever computes calls `make_progress` between its products (measured without:
/// 72 % of the time of a gather is not hidden).
class SliceGather {
 public:
  /// slice: uint8 [n], n a multiple of 64 and the same on every rank; whole: uint8 [size * n]; both on the CPU,
  /// contiguous, and left alone until the gather is done. Collective; one at a time on a communicator.
  SliceGather(const Communicator& communicator, const at::Tensor& slice, const at::Tensor& whole);
  SliceGather(SliceGather&&) noexcept;
  SliceGather& operator=(SliceGather&&) noexcept;
  /// Waits; but not while an exception ends the job, because the other ranks may be gone: both buffers are kept then.
  ~SliceGather();

  /// Moves the data along; true when it is all there.
  bool make_progress();
  void wait();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pinpoint::parallel
