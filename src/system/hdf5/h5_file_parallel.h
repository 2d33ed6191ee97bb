/// \file
/// An HDF5 file whose large data sets are written by several ranks at once (MPI-IO).
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "system/hdf5/h5_handle.h"
#include "system/parallel/communicator.h"

namespace pinpoint::hdf5 {

/// Values of a data set of one axis, and where they stand in it.
struct H5Piece {
  std::int64_t first = 0;
  std::span<const float> values;
};

/// Fills data sets that one rank prepared (`H5File::prepare`). HDF5 wants every call that changes a file, and every
/// write of checksummed chunks, from all ranks in the same order: so the whole class is collective. An error on one
/// rank is the same error on all. HDF5 does not survive a full disk: reserve the room before (`AtomicFile::reserve`).
class ParallelH5File {
 public:
  /// \throws UserError when the file cannot be opened
  ParallelH5File(std::filesystem::path path, const parallel::Communicator& ranks);

  /// What a rank gives to one write of the library at most, about: MPI-IO takes less than 2 GB, and the library holds
  /// as much again.
  static constexpr std::int64_t round_values = 16 << 20;
  /// Each rank's `pieces` of a float32 data set; together they have every value once, and a rank may have none.
  /// Every chunk is written once, by one rank, which receives from the others what they have of it.
  void write(const std::string& name, std::span<const H5Piece> pieces, std::int64_t largest_round = round_values);
  /// Flushes the file to the disk and closes it.
  void close();

 private:
  void check(bool done, const std::string& what) const;

  std::filesystem::path path_;
  parallel::Communicator ranks_;
  H5Handle file_, transfer_;
};

}  // namespace pinpoint::hdf5
