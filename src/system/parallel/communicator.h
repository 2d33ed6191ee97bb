/// \file
/// A group of ranks, as a value. The null communicator is one rank alone, and runs without MPI.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace pinpoint::parallel {

class Communicator {
 public:
  /// Serial: rank 0 of 1.
  Communicator() = default;
  /// All ranks of the job; serial where MPI was not initialised.
  static Communicator world();

  /// The ranks of this one that gave the same `color`, in order of rank. Collective; the group ends with its last copy.
  Communicator split(int color) const;
  /// The ranks of this one that share a machine's memory with this rank. Collective.
  Communicator on_node() const;

  int rank() const { return rank_; }
  int size() const { return size_; }
  bool is_root() const { return rank_ == 0; }
  bool is_null() const { return handle_ == nullptr; }

  /// Waits for all ranks.
  void barrier() const;

  /// What collectives.cpp hands to MPI: a pointer to the MPI_Comm. \pre !is_null()
  const void* handle() const { return handle_.get(); }

 private:
  explicit Communicator(void* handle);

  std::shared_ptr<void> handle_;
  int rank_ = 0;
  int size_ = 1;
};

}  // namespace pinpoint::parallel
