/// \file
/// A sum over ranks that proceeds while this rank computes. Every rank gets a part of it.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "system/parallel/communicator.h"
#include "system/parallel/partition.h"

namespace pinpoint::parallel {

/// Sums one vector per rank. Each rank gets the sum of its own part, added in order of rank: the same bits in every run
/// with the same number of ranks. The constructor starts the transfer. MPI moves data only while it is called
/// (SliceGather).
class ReduceScatter {
 public:
  /// \param vector float32 [n], n < 2^31 \param parts one per rank, covering the vector in order
  /// \param room float32, at least size * parts[rank].size() elements, for the received parts
  /// `vector` and `room` are contiguous on the CPU and are not changed until `wait` returns. Collective. Only one per
  /// communicator at a time, and no other use of the communicator meanwhile.
  ReduceScatter(const Communicator& communicator, const at::Tensor& vector, const std::vector<Range>& parts,
                const at::Tensor& room);
  ReduceScatter(ReduceScatter&&) noexcept;
  ReduceScatter& operator=(ReduceScatter&&) noexcept;
  /// Waits, unless an exception ends the job: the other ranks may be gone. The buffers are then never freed.
  ~ReduceScatter();

  /// Lets MPI move data for a moment.
  void make_progress();
  /// The sum of this rank's part, [parts[rank].size()]: a view of `room`.
  at::Tensor wait();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pinpoint::parallel
