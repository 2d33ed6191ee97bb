/// \file
/// A group of ranks, as a value. The null communicator is a single rank and needs no MPI.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace pinpoint::parallel {

/// Communicators that `split`, `duplicate` and `on_node` make are freed with their last copy, which is collective: all
/// ranks drop it at the same place of the program. They are not freed while an exception ends the job.
class Communicator {
 public:
  /// Serial: rank 0 of 1.
  Communicator() = default;
  /// All ranks of the job; serial if MPI is not initialised.
  static Communicator world();

  /// Those ranks of this communicator that gave the same `color`, in order of rank. Collective.
  Communicator split(int color) const;
  /// The same ranks, for messages that never meet those of this communicator: each user of non-blocking collectives has
  /// its own, because they start at moments that differ from rank to rank. Collective.
  Communicator duplicate() const;
  /// Those ranks of this communicator on the same machine. Collective.
  Communicator on_node() const;

  int rank() const { return rank_; }
  int size() const { return size_; }
  bool is_root() const { return rank_ == 0; }
  bool is_null() const { return handle_ == nullptr; }

  /// Waits for all ranks.
  void barrier() const;

  /// A pointer to the MPI_Comm; `comm` (mpi_call.h) returns it by value. \pre !is_null()
  const void* handle() const { return handle_.get(); }

 private:
  explicit Communicator(void* handle);

  std::shared_ptr<void> handle_;
  int rank_ = 0;
  int size_ = 1;
};

}  // namespace pinpoint::parallel
