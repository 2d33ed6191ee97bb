/// \file
/// A sum over ranks of which every rank gets a part, and which goes on while this rank computes.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "system/parallel/communicator.h"
#include "system/parallel/partition.h"

namespace pinpoint::parallel {

/// Every rank brings a vector; each gets the sum of its own part, added in order of rank: the same bits whenever the
/// number of ranks is the same. Begins with the object. MPI moves data only while it is called (SliceGather).
class ReduceScatter {
 public:
  /// vector: float32 [n], n < 2^31. parts: of every rank, covering the vector in order. room: float32, at least
  /// size * parts[rank].size() elements. Both on the CPU, contiguous, and left alone until the sum is there.
  /// Collective; one at a time on a communicator, which nothing else uses meanwhile.
  ReduceScatter(const Communicator& communicator, const at::Tensor& vector, const std::vector<Range>& parts,
                const at::Tensor& room);
  ReduceScatter(ReduceScatter&&) noexcept;
  ReduceScatter& operator=(ReduceScatter&&) noexcept;
  /// Waits; but not while an exception ends the job, because the other ranks may be gone: both buffers are kept then.
  ~ReduceScatter();

  /// Moves the data along.
  void make_progress();
  /// The sum of this rank's part, [parts[rank].size()]: a view of `room`.
  at::Tensor wait();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pinpoint::parallel
