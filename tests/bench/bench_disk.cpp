/// \file
/// S6: a walk whose weights rest on disk, in a process that may not have more than a quarter of the model (RLIMIT_DATA:
/// private writable memory; what the kernel keeps of files is not in it, and is dropped before each walk), against the
/// larger of its floors: reading the files once, and the same walk with all weights in memory.

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "bench/support/bench_options.h"
#include "bench/support/workload.h"
#include "io/model_directory.h"
#include "parallel/device.h"
#include "support/random_model.h"
#include "support/shared.h"

namespace pinpoint::bench {
namespace {

constexpr double target = 1 / 1.3;

SweepShape shape_of(bool quick) {
  SweepShape shape{.model = llama_shape(12, quick ? 4 : 32, quick ? 512 : 4096, quick ? 1376 : 11008, 2000)};
  shape.samples = 1;
  shape.tokens = 16;
  shape.suffix = 8;
  shape.dtype = model::DType::bf16;
  return shape;
}

/// The kernel forgets what it has of the file: it is read from the disk again.
void forget(const std::filesystem::path& file) {
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  fsync(descriptor);
  posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
  close(descriptor);
}

void read_all(const std::filesystem::path& file) {
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  static std::array<char, std::size_t{4} << 20> buffer;
  while (read(descriptor, buffer.data(), buffer.size()) > 0) {
  }
  close(descriptor);
}

rlimit limit_memory(std::int64_t bytes) {
  rlimit before{};
  getrlimit(RLIMIT_DATA, &before);
  const rlimit limited{static_cast<rlim_t>(bytes), before.rlim_max};
  setrlimit(RLIMIT_DATA, &limited);
  return before;
}

void compare(const BenchOptions& options, const Report& report) {
  const SweepShape shape = shape_of(options.quick);
  const test::TemporaryFolder folder;
  test::write_random_model(folder.path(), {.shape = shape.model, .dtype = at::kBFloat16});
  const std::filesystem::path file = folder.path() / "model.safetensors";
  const auto model_bytes = static_cast<std::int64_t>(file_size(file));
  const std::int64_t allowed = options.quick ? std::int64_t{1} << 30 : model_bytes / 4;

  io::ModelDirectory directory(folder.path(), io::ChecksumCache(""));
  std::vector<std::vector<double>> seconds(3);
  model::StoreTraffic traffic;
  const auto time = [&](std::size_t thing, const std::function<void()>& call) {
    const auto start = std::chrono::steady_clock::now();
    call();
    seconds[thing].push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  };
  for (std::int64_t round = 0; round < options.rounds; ++round) {
    model::Operations operations;
    {
      const rlimit before = limit_memory(allowed);
      const Workload workload(shape, {}, {.source = &directory, .rest = parallel::WeightsRest::disk});
      forget(file);
      time(0, [&] { workload.walk({}, operations); });
      traffic = workload.store().traffic();
      setrlimit(RLIMIT_DATA, &before);
    }
    forget(file);
    time(1, [&] { read_all(file); });
    const Workload workload(shape, {}, {.source = &directory});
    time(2, [&] { workload.walk({}, operations); });
  }
  const Rounds rounds(seconds);
  const bool reads = rounds.seconds(1).median > rounds.seconds(2).median;
  report.add({.what = fmt::format("{:.1f} GB in a process of at most {:.1f} GB; floor: {}",
                                  static_cast<double>(model_bytes) * 1e-9, static_cast<double>(allowed) * 1e-9,
                                  reads ? "reading" : "computing"),
              .figure = rounds.seconds(0).median,
              .reference = rounds.seconds(reads ? 1 : 2).median,
              .unit = "s",
              .ratio = rounds.ratio(reads ? 1 : 2, 0),
              .target = target});
  fmt::print(
      "  reading alone {:.2f} s, computing alone {:.2f} s; {:.1f} GB read in a walk; waited for layers {:.2f} s\n",
      rounds.seconds(1).median, rounds.seconds(2).median, static_cast<double>(traffic.read) * 1e-9, traffic.waited);
}

}  // namespace
}  // namespace pinpoint::bench

int main(int argc, char** argv) {
  using namespace pinpoint;
  CLI::App app("S6: weights that rest on disk");
  bench::BenchOptions options;
  options.rounds = 1;
  bench::add_options(app, options);
  bench::Report report("weights on disk (S6)", "disk", "floor");
  return bench::run_benchmark(app, argc, argv, [&] {
    parallel::set_threads(options.threads);
    bench::begin(report, options);
    bench::compare(options, report);
  });
}
