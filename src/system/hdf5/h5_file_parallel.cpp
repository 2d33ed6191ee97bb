#include "system/hdf5/h5_file_parallel.h"

#include <hdf5.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "system/base/check.h"
#include "system/parallel/agreement.h"
#include "system/parallel/collectives.h"
#include "system/parallel/mpi_call.h"

namespace pinpoint::hdf5 {
namespace {

/// How long a rank on which a call fails waits for the others. They may wait for it endlessly within the same call.
constexpr std::chrono::seconds patience{60};

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

std::int64_t size_of(const H5Handle& data_set) {
  return H5Sget_simple_extent_npoints(H5Handle(H5Dget_space(data_set.id())).id());
}

std::int64_t chunk_of(const H5Handle& data_set) {
  hsize_t chunk = 0;
  return H5Pget_chunk(H5Handle(H5Dget_create_plist(data_set.id())).id(), 1, &chunk) == 1
             ? static_cast<std::int64_t>(chunk)
             : size_of(data_set);
}

/// A rank's share of one round: its places in the data set, and its values in that order.
class Round {
 public:
  explicit Round(const H5Handle& data_set) : space_(H5Dget_space(data_set.id())) { H5Sselect_none(space_.id()); }

  void add(const H5Piece& part) {
    const auto first = static_cast<hsize_t>(part.first);
    const hsize_t count = part.values.size();
    H5Sselect_hyperslab(space_.id(), H5S_SELECT_OR, &first, nullptr, &count, nullptr);
    values_.insert(values_.end(), part.values.begin(), part.values.end());
  }

  bool write(const H5Handle& data_set, const H5Handle& transfer) {
    const hsize_t count = std::max<hsize_t>(1, values_.size());
    const H5Handle memory(H5Screate_simple(1, &count, nullptr));
    if (values_.empty()) H5Sselect_none(memory.id());
    values_.reserve(1);  // HDF5 refuses a null buffer
    return H5Dwrite(data_set.id(), H5T_NATIVE_FLOAT, memory.id(), space_.id(), transfer.id(), values_.data()) >= 0;
  }

 private:
  H5Handle space_;
  std::vector<float> values_;
};

/// Round k of n has the chunks k, k + n, k + 2 n, ... So no chunk is in two rounds, and a rank that owns a range of the
/// data set has equally much to write in every round.
Round round_of(const H5Handle& data_set, std::span<const H5Piece> pieces, std::int64_t k, std::int64_t n) {
  const std::int64_t chunk = chunk_of(data_set);
  Round round(data_set);
  for (const H5Piece& piece : pieces) {
    const std::int64_t end = piece.first + std::ssize(piece.values), first_chunk = piece.first / chunk;
    for (std::int64_t c = first_chunk + ((k - first_chunk) % n + n) % n; c * chunk < end; c += n) {
      const std::int64_t from = std::max(piece.first, c * chunk), to = std::min(end, (c + 1) * chunk);
      round.add({from, piece.values.subspan(static_cast<std::size_t>(from - piece.first),
                                            static_cast<std::size_t>(to - from))});
    }
  }
  return round;
}

}  // namespace

ParallelH5File::ParallelH5File(std::filesystem::path path, const parallel::Communicator& ranks)
    : path_(std::move(path)), ranks_(ranks), transfer_(H5Pcreate(H5P_DATASET_XFER)) {
  silence_hdf5();
  const H5Handle access(H5Pcreate(H5P_FILE_ACCESS));
  H5Pset_file_locking(access.id(), false, true);
  if (!ranks_.is_null()) {
    H5Pset_fapl_mpio(access.id(), parallel::comm(ranks_), MPI_INFO_NULL);
    H5Pset_all_coll_metadata_ops(access.id(), true);
    H5Pset_coll_metadata_write(access.id(), true);
    H5Pset_dxpl_mpio(transfer_.id(), H5FD_MPIO_COLLECTIVE);
  }
  file_ = H5Handle(H5Fopen(path_.c_str(), H5F_ACC_RDWR, access.id()));
  try {
    check(file_.valid(), "cannot be opened by all ranks");
  } catch (const Error&) {
    (void)file_.release();  // the ranks that could open it cannot close it without the others
    throw;
  }
}

ParallelH5File::~ParallelH5File() {
  if (ranks_.size() > 1 && !ends_on_all_) (void)file_.release();
}

void ParallelH5File::write(const std::string& name, std::span<const H5Piece> pieces, std::int64_t largest_round) {
  const H5Handle data_set(H5Dopen2(file_.id(), name.c_str(), H5P_DEFAULT));
  check(data_set.valid(), fmt::format("data set {} cannot be opened", name));
  std::int64_t mine = 0;
  for (const H5Piece& piece : pieces) mine += std::ssize(piece.values);
  PINPOINT_EXPECT(parallel::sum(ranks_, mine) == size_of(data_set));
  const std::int64_t most = parallel::maximum(ranks_, mine);
  const std::int64_t rounds =
      std::clamp<std::int64_t>(ceil_div(most, largest_round), 1, ceil_div(size_of(data_set), chunk_of(data_set)));
  for (std::int64_t k = 0; k < rounds; ++k) {
    std::optional<Round> round;
    together([&] { round.emplace(round_of(data_set, pieces, k, rounds)); });  // takes memory
    check(round->write(data_set, transfer_), fmt::format("data set {} cannot be written", name));
  }
}

void ParallelH5File::close() {
  check(H5Fflush(file_.id(), H5F_SCOPE_GLOBAL) >= 0, "cannot be flushed to the disk");
  check(H5Fclose(file_.release()) >= 0, "cannot be closed");
}

void ParallelH5File::together(const std::function<void()>& part) {
  try {
    parallel::together(ranks_, part);
  } catch (const Error&) {
    ends_on_all_ = true;
    throw;
  }
}

void ParallelH5File::check(bool done, const std::string& what) {
  const std::string message =
      done ? ""
           : fmt::format("{}: {} (HDF5: {}); check the disk and its free space", path_.string(), what, hdf5_reason());
  if (!parallel::meet(ranks_, done ? std::nullopt : std::optional(patience))) throw Failure(message);  // ends the job
  together([&] { validate(done, "{}", message); });
}

}  // namespace pinpoint::hdf5
