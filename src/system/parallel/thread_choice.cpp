#include "system/parallel/thread_choice.h"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>

#include "system/base/check.h"
#include "system/base/host.h"
#include "system/parallel/hosts.h"

namespace pinpoint::parallel {
namespace {

/// This rank's cores as text. Equal texts on a host mean the same cores.
std::string affinity_mask() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  if (sched_getaffinity(0, sizeof(mask), &mask) != 0) return {};
  std::string text;
  for (int core = 0; core < CPU_SETSIZE; ++core) text += CPU_ISSET(core, &mask) ? '1' : '0';
  return text;
}

std::optional<int> threads_from(const char* variable) {
  const char* text = std::getenv(variable);
  if (!text) return std::nullopt;
  int threads = 0;
  const auto [end, error] = std::from_chars(text, text + std::strlen(text), threads);
  // OMP_NUM_THREADS may be a list for nested regions ("4,2"). Its first number counts.
  validate(error == std::errc() && (*end == '\0' || *end == ',') && threads > 0,
           "{}={}: not a number of threads; set it to 1 or more, or unset it", variable, text);
  return threads;
}

}  // namespace

int choose_threads(const Options& options, const Communicator& world) {
  if (options.threads) return *options.threads;
  if (const auto threads = threads_from("OMP_NUM_THREADS")) return *threads;
  if (const auto threads = threads_from("SLURM_CPUS_PER_TASK")) return *threads;
  const std::string mask = affinity_mask();
  const auto cores = static_cast<int>(std::count(mask.begin(), mask.end(), '1'));
  return std::max(1, cores / peers_with_same(world, host_name() + mask).all);
}

}  // namespace pinpoint::parallel
