#include "system/parallel/thread_choice.h"

#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <string_view>

#include "system/base/check.h"
#include "system/base/host.h"
#include "system/base/log.h"
#include "system/base/number.h"
#include "system/parallel/agreement.h"
#include "system/parallel/collectives.h"
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

/// 0 if the mask is unknown: more than 1024 cores
int cores_in(const std::string& mask) { return static_cast<int>(std::ranges::count(mask, '1')); }

std::string_view without_blanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\n"), last = text.find_last_not_of(" \t\n");
  return first == std::string_view::npos ? std::string_view() : text.substr(first, last - first + 1);
}

std::string counted(int count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

/// Of all ranks, on rank 0. Collective.
std::vector<ThreadPlace> gather_places(const Communicator& world, const ThreadPlace& own) {
  std::vector<ThreadPlace> places;
  for (const std::string& text :
       gather(world, fmt::format("{} {} {} {}", own.is_bound ? 1 : 0, own.threads, own.host, own.mask))) {
    ThreadPlace place;
    std::istringstream(text) >> place.is_bound >> place.threads >> place.host >> place.mask;
    places.push_back(place);
  }
  return places;
}

std::string fewer_cores_than_threads(const std::vector<ThreadPlace>& places) {
  const auto has_too_few = [](const ThreadPlace& place) {
    return !place.mask.empty() && place.threads > cores_in(place.mask);
  };
  const auto first = std::ranges::find_if(places, has_too_few);
  if (first == places.end()) return {};
  const auto others = static_cast<int>(std::ranges::count_if(places, has_too_few)) - 1;
  std::string text = fmt::format("{} for rank {} on {}, which may use only {}", counted(first->threads, "thread"),
                                 first - places.begin(), first->host, counted(cores_in(first->mask), "core"));
  if (others > 0) text += fmt::format(" (and {} like it)", counted(others, "rank"));
  if (first->is_bound)
    return text + fmt::format(
                      ": the launcher bound it; use mpirun --bind-to none or mpirun --map-by slot:PE={0}, "
                      "or srun -c {0}, or fewer threads (OMP_NUM_THREADS, parallel.threads)",
                      first->threads);
  return text + "; use fewer threads (OMP_NUM_THREADS, parallel.threads)";
}

std::string ranks_share_too_few_cores(const std::vector<ThreadPlace>& places) {
  for (const ThreadPlace& place : places) {
    int ranks = 0, threads = 0;
    for (const ThreadPlace& other : places)
      if (other.host == place.host && other.mask == place.mask) ++ranks, threads += other.threads;
    // Ranks of one thread on too few cores are a choice: mpirun --oversubscribe.
    if (!place.mask.empty() && threads > std::max(ranks, cores_in(place.mask)))
      return fmt::format(
          "{} on {} have {} for {}; use fewer ranks or fewer threads (OMP_NUM_THREADS, parallel.threads)",
          counted(ranks, "rank"), place.host, counted(threads, "thread"), counted(cores_in(place.mask), "core"));
  }
  return {};
}

std::string numbers_differ(const std::vector<ThreadPlace>& places) {
  const auto other =
      std::ranges::find_if(places, [&](const ThreadPlace& place) { return place.threads != places.front().threads; });
  if (other == places.end()) return {};
  return fmt::format(
      "{} for rank 0 on {} but {} for rank {} on {}; the last bits of results depend on these numbers: set "
      "parallel.threads, or OMP_NUM_THREADS for all ranks (mpirun -x OMP_NUM_THREADS sends it to other hosts)",
      counted(places.front().threads, "thread"), places.front().host, counted(other->threads, "thread"),
      other - places.begin(), other->host);
}

}  // namespace

std::optional<int> threads_in(const char* variable) {
  const char* value = std::getenv(variable);
  std::string_view rest = without_blanks(value ? value : "");
  if (rest.empty()) return std::nullopt;
  std::optional<int> threads;
  for (bool is_last = false; !is_last;) {
    const std::size_t comma = rest.find(',');
    is_last = comma == std::string_view::npos;
    const int number = parse_number<int>(without_blanks(rest.substr(0, comma))).value_or(0);
    validate(number > 0, "{}={}: not a number of threads; set it to 1 or more, or unset it", variable, value);
    if (!threads) threads = number;
    if (!is_last) rest.remove_prefix(comma + 1);
  }
  return threads;
}

std::vector<std::string> thread_warnings(const std::vector<ThreadPlace>& places) {
  std::string crowded = fewer_cores_than_threads(places);
  if (crowded.empty()) crowded = ranks_share_too_few_cores(places);
  std::vector<std::string> warnings{crowded, numbers_differ(places)};
  std::erase(warnings, "");
  return warnings;
}

int choose_threads(const Options& options, const Communicator& world) {
  std::optional<int> wanted = options.threads;
  together(world, [&] {
    if (!wanted) wanted = threads_in("OMP_NUM_THREADS");
    if (!wanted) wanted = threads_in("SLURM_CPUS_PER_TASK");
  });
  ThreadPlace place{.host = host_name(), .mask = affinity_mask()};
  const int cores = cores_in(place.mask), sharing = peers_with_same(world, place.host + place.mask).all;
  place.threads = wanted.value_or(std::max(1, cores / sharing));
  place.is_bound = !world.is_null() && cores < sysconf(_SC_NPROCESSORS_ONLN);
  const std::vector<ThreadPlace> places = gather_places(world, place);
  for (const std::string& warning : thread_warnings(places)) log_warning("{}", warning);
  return place.threads;
}

}  // namespace pinpoint::parallel
