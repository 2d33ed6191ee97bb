/// \file
/// `failing_rank WHERE FOLDER` under mpirun: rank 1 fails in the middle of something that all ranks do together, and
/// the other ranks go on to wait for it. For failing_rank_test.py, which expects that the job ends.
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "model/weights/slice_fetcher.h"
#include "system/hdf5/h5_file.h"
#include "system/hdf5/h5_file_parallel.h"
#include "system/parallel/agreement.h"
#include "system/parallel/communicator.h"
#include "system/parallel/mpi_session.h"
#include "system/parallel/reduce_scatter.h"
#include "system/parallel/row_exchange.h"

namespace {

using namespace pinpoint;
using parallel::Communicator;

void fail_on_one(const Communicator& world) {
  if (world.rank() == 1) throw Failure("rank 1 has no memory left");
}

void exchange_rows(const Communicator& world, const std::filesystem::path&) {
  const parallel::RowExchange exchange(world, {0, 1, 2});
  exchange.share(at::full({1, 4}, world.rank()));
  fail_on_one(world);
  exchange.share(at::full({1, 4}, world.rank()));
}

weights::SliceFetcher fetcher_from_broken_disk(const Communicator& world) {
  const auto read = [world](std::int64_t unit, at::Tensor& slice) {
    slice.fill_(unit);
    if (unit == 1) fail_on_one(world);
  };
  return {world, c10::Device(c10::kCPU), 64, std::make_unique<weights::DiskShelf>(read)};
}

void lease_units(const Communicator& world, const std::filesystem::path&) {
  weights::SliceFetcher fetcher = fetcher_from_broken_disk(world);
  for (std::int64_t unit = 0; unit < 3; ++unit) {
    const auto lease = fetcher.lease(unit);
    fetcher.prefetch(unit + 1);
  }
}

/// Rank 1 reads ahead a unit that nobody uses.
void give_up_walk(const Communicator& world, const std::filesystem::path&) {
  weights::SliceFetcher fetcher = fetcher_from_broken_disk(world);
  const auto lease = fetcher.lease(0);
  fetcher.prefetch(1);
}

void sum_gradients(const Communicator& world, const std::filesystem::path&) {
  const at::Tensor vector = at::zeros({3}), room = at::zeros({3});
  const Communicator own = world.duplicate();
  parallel::ReduceScatter sum(own, vector, {{0, 1}, {1, 2}, {2, 3}}, room);
  fail_on_one(world);
  sum.wait();
  world.barrier();
}

void write_file(const Communicator& world, const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "numbers.h5";
  std::unique_ptr<files::AtomicFile> target;
  if (world.is_root()) {
    hdf5::H5File file = hdf5::H5File::create(path);
    file.write_length("element", 3);
    file.prepare("numbers", hdf5::H5Type::float32, "element", 1);
    target = file.hand_over();
  }
  world.barrier();
  hdf5::ParallelH5File file(files::AtomicFile::temporary_of(path), world);
  const std::vector<float> mine{1};
  const hdf5::H5Piece piece{world.rank(), mine};
  file.write("numbers", {&piece, 1});
  fail_on_one(world);
  file.close();
}

/// The other ranks wait for rank 1 in a call that it has left.
void call_library(const Communicator& world, const std::filesystem::path&) {
  const Communicator of_library = world.duplicate();
  if (world.rank() != 1) of_library.barrier();
  if (!parallel::meet(world, std::chrono::seconds(1))) fail_on_one(world);
}

const std::map<std::string, std::function<void(const Communicator&, const std::filesystem::path&)>> places{
    {"row_exchange", exchange_rows}, {"fetcher", lease_units},      {"unused_fetch", give_up_walk},
    {"gradients", sum_gradients},    {"parallel_file", write_file}, {"library", call_library}};

}  // namespace

int main(int argc, char** argv) {
  const parallel::MpiSession mpi(argc, argv);
  const Communicator world = Communicator::world();
  if (argc != 3 || !places.contains(argv[1]) || world.size() != 3) {
    std::cerr << "usage: mpirun -n 3 failing_rank WHERE FOLDER\n";
    return 64;
  }
  return mpi.run([&] {
    places.at(argv[1])(world, argv[2]);
    world.barrier();
    return ExitStatus::done;
  });
}
