#include "study/planning/placement.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "model/transformer/vocabulary_tile.h"
#include "system/base/check.h"

namespace pinpoint::planning {
namespace {

using parallel::Shard;
using parallel::WeightsRest;

/// Group sizes that divide both the ranks of the job and those of a machine, ascending. Such a group never crosses
/// machines.
std::vector<int> groups_within_a_node(const Ranks& ranks) {
  const int common = std::gcd(ranks.count, ranks.on_a_node());
  std::vector<int> sizes;
  for (int size = 1; size <= common; ++size)
    if (common % size == 0) sizes.push_back(size);
  return sizes;
}

/// In order of preference for weights that rest there.
std::vector<int> group_sizes(const Shard& shard, WeightsRest rest, const Ranks& ranks) {
  const auto if_divides = [&](int size) {
    return ranks.count % size == 0 ? std::vector<int>{size} : std::vector<int>{};
  };
  switch (shard.over) {
    case Shard::Over::ranks: return if_divides(shard.ranks);
    case Shard::Over::node: return if_divides(ranks.on_a_node());
    case Shard::Over::world: return {ranks.count};
    case Shard::Over::automatic: break;
  }
  std::vector<int> sizes = groups_within_a_node(ranks);
  if (rest != WeightsRest::device) std::reverse(sizes.begin(), sizes.end());
  if (std::find(sizes.begin(), sizes.end(), ranks.count) == sizes.end()) sizes.push_back(ranks.count);
  return sizes;
}

std::vector<WeightsRest> places(WeightsRest wanted, const Ranks& ranks, Disk disk) {
  if (wanted == WeightsRest::host && ranks.computes_on_host) return {WeightsRest::device};
  if (wanted != WeightsRest::automatic) return {wanted};
  std::vector<WeightsRest> places{WeightsRest::device};
  if (!ranks.computes_on_host) places.push_back(WeightsRest::host);
  if (disk == Disk::allowed) places.push_back(WeightsRest::disk);
  return places;
}

const char* name_of(WeightsRest rest) {
  switch (rest) {
    case WeightsRest::device: return "device";
    case WeightsRest::host: return "host";
    case WeightsRest::disk: return "disk";
    case WeightsRest::automatic: break;
  }
  return "auto";
}

/// Missing bytes in the scarcer of both memories; at most 0 if the placement fits.
double excess(const Memory& memory, const Ranks& ranks) {
  const double device = memory.total() - usable_share * ranks.memory;
  const double host = memory.host > 0 ? memory.host - usable_share * ranks.host_memory : 0;
  return std::max(device, host);
}

std::string reason(const Placement* rejected, double by, bool only_one, bool fits) {
  if (only_one) return "the only one possible";
  if (!fits) return "auto: no place and no group fits";
  if (!rejected) return "auto: the fastest place, whole layers on every rank";
  return fmt::format("auto: the first that fits; {} needs {:.1f} GB too much", describe(*rejected), by * 1e-9);
}

}  // namespace

std::string describe(const Placement& placement) {
  return fmt::format("weights: {}, shard: {}", name_of(placement.rest), placement.shard);
}

std::vector<Placement> candidates(const parallel::Options& options, const Ranks& ranks, Disk disk) {
  PINPOINT_EXPECT(ranks.count >= 1 && ranks.per_node >= 1);
  std::vector<Placement> all;
  for (const WeightsRest rest : places(options.weights, ranks, disk))
    for (const int shard : group_sizes(options.shard, rest, ranks)) all.push_back({rest, shard});
  return all;
}

Memory weight_memory(const Model& model, const Placement& placement, const Ranks& ranks) {
  const double layer = layer_bytes(model, placement.shard), slice = layer / placement.shard;
  const double layers_at_rest = static_cast<double>(model.config.layers) * slice;
  const double rows_at_rest = vocabulary_slice_bytes(model, placement.shard);
  const auto d = static_cast<double>(model.config.width);
  const auto tile_rows = static_cast<double>(std::min(transformer::vocabulary_tile, model.config.vocabulary));

  Memory memory;
  if (placement.rest == WeightsRest::device) {
    memory.add("layers at rest", layers_at_rest);
    memory.add("embeddings at rest", rows_at_rest);
  }
  if (placement.rest == WeightsRest::host) memory.host = layers_at_rest + rows_at_rest;
  if (!placement.is_resident()) {
    memory.add("gathered layers", 2 * layer);
    memory.add("gathered vocabulary tiles", 2 * tile_rows * d * element_bytes(model.dtype));
  }
  if (model.dtype != transformer::DType::float32) memory.add("widened vocabulary tile", tile_rows * d * 4);
  if (!ranks.computes_on_host) {
    // MPI gathers slices in the machine's memory. Whole layers are then copied to the device.
    if (placement.shard > 1) memory.host += layer;
    if (placement.rest == WeightsRest::disk || (placement.rest == WeightsRest::device && placement.shard > 1))
      memory.host += slice;
  } else if (placement.rest == WeightsRest::disk && placement.shard > 1) {
    memory.add("slice being read", slice);
  }
  return memory;
}

Choice choose(const std::vector<Placement>& candidates, const Ranks& ranks,
              const std::function<Memory(const Placement&)>& memory_of) {
  PINPOINT_EXPECT(!candidates.empty());
  Choice nearest;
  const Placement* rejected = nullptr;
  double least = 0, by = 0;
  for (const Placement& placement : candidates) {
    Memory memory = memory_of(placement);
    const double over = excess(memory, ranks);
    const bool is_nearest = !rejected || over < least;
    if (over <= 0 || is_nearest) {
      nearest = {placement, std::move(memory), over <= 0, ""};
      least = over;
    }
    if (over <= 0) break;
    rejected = &placement;
    by = over;
  }
  nearest.why = reason(rejected, by, candidates.size() == 1, nearest.fits);
  return nearest;
}

}  // namespace pinpoint::planning
