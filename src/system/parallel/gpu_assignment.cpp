#include "system/parallel/gpu_assignment.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "system/base/check.h"

namespace pinpoint::parallel {
namespace {

using GpuOnHost = std::pair<std::string, std::string>;  // host, identifier

bool has_none(const FoundGpus& rank) { return rank.gpus.empty(); }

/// All ranks compute on the same kind of device. The message names the first machine that has no GPU.
void require_gpus_everywhere(DeviceChoice wanted, const std::vector<FoundGpus>& found) {
  const auto without = std::ranges::find_if(found, has_none);
  if (without == found.end()) return;
  const bool nowhere = std::ranges::all_of(found, has_none);
  throw UserError(fmt::format(
      "parallel.device: {}, but rank {} on host {} has no usable GPU ({}){}",
      wanted == DeviceChoice::cuda ? "cuda" : "auto", without - found.begin(), without->host, without->problem,
      nowhere ? "; use auto or cpu"
              : ", while other ranks have one; leave this host out or repair it, or compute everywhere on the CPU with "
                "parallel.device: cpu"));
}

/// Ranks with a smaller choice come first: they must not find their GPU taken by a rank that could take another.
std::vector<std::size_t> by_choice(const std::vector<FoundGpus>& found) {
  std::vector<std::size_t> order(found.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](std::size_t rank) { return found[rank].gpus.size(); });
  return order;
}

}  // namespace

std::vector<AssignedGpu> assign_gpus(DeviceChoice wanted, const std::vector<FoundGpus>& found) {
  if (wanted == DeviceChoice::cpu) return {};
  if (wanted == DeviceChoice::automatic && std::ranges::all_of(found, has_none)) return {};
  require_gpus_everywhere(wanted, found);

  std::vector<AssignedGpu> assigned(found.size());
  std::map<GpuOnHost, int> taken;
  for (const std::size_t rank : by_choice(found)) {
    const FoundGpus& of = found[rank];
    const auto least = std::ranges::min_element(of.gpus, {}, [&](const std::string& gpu) {
      return taken[{of.host, gpu}];
    });
    ++taken[{of.host, *least}];
    assigned[rank].index = static_cast<int>(least - of.gpus.begin());
  }
  for (std::size_t rank = 0; rank < found.size(); ++rank) {
    const FoundGpus& of = found[rank];
    assigned[rank].ranks = taken[{of.host, of.gpus[static_cast<std::size_t>(assigned[rank].index)]}];
  }
  return assigned;
}

std::string describe_sharing(const std::vector<FoundGpus>& found, const std::vector<AssignedGpu>& assigned) {
  std::set<std::string> hosts;
  int most = 1;
  for (std::size_t rank = 0; rank < assigned.size(); ++rank) {
    if (assigned[rank].ranks == 1) continue;
    hosts.insert(found[rank].host);
    most = std::max(most, assigned[rank].ranks);
  }
  if (hosts.empty()) return {};
  return fmt::format(
      "host {}{}: up to {} ranks share a GPU, so each plans with a part of its memory and waits for the others; start "
      "one rank per GPU",
      *hosts.begin(), hosts.size() == 1 ? "" : fmt::format(" and {} others", hosts.size() - 1), most);
}

}  // namespace pinpoint::parallel
