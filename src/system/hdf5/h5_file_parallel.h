/// \file
/// An HDF5 file whose large data sets several ranks write together (MPI-IO).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "system/hdf5/h5_handle.h"
#include "system/parallel/communicator.h"

namespace pinpoint::hdf5 {

/// Consecutive values of a data set of one axis. `first`: place of the first one.
struct H5Piece {
  std::int64_t first = 0;
  std::span<const float> values;
};

/// Fills data sets that one rank prepared (`H5File::prepare`). Every call is collective, because HDF5 requires all
/// ranks to change a file and to write checksummed chunks in the same order. An error on one rank is the same error on
/// all. Reserve the disk space before (`AtomicFile::reserve`): HDF5 cannot handle a full disk.
class ParallelH5File {
 public:
  /// \throws UserError if the file cannot be opened
  ParallelH5File(std::filesystem::path path, const parallel::Communicator& ranks);
  ParallelH5File(const ParallelH5File&) = delete;
  ParallelH5File& operator=(const ParallelH5File&) = delete;
  /// Closes the file after an error of all ranks. An error of this rank only ends the job, so the file stays open: the
  /// other ranks would have to close it too.
  ~ParallelH5File();

  /// About the most values that a rank gives to one write of the library. MPI-IO takes less than 2 GB, and the library
  /// copies the values once.
  static constexpr std::int64_t round_values = 16 << 20;
  /// Writes a float32 data set. Together, the pieces of all ranks have every value once; a rank may have no pieces.
  /// Every chunk is written once, by one rank, which receives the other ranks' values of it.
  void write(const std::string& name, std::span<const H5Piece> pieces, std::int64_t largest_round = round_values);
  /// Flushes the file to the disk and closes it.
  void close();

 private:
  void together(const std::function<void()>& part);
  void check(bool done, const std::string& what);

  std::filesystem::path path_;
  parallel::Communicator ranks_;
  H5Handle file_, transfer_;
  bool ends_on_all_ = false;  // all ranks throw the same error
};

}  // namespace pinpoint::hdf5
