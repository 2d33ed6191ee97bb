#include "study/planning/traffic.h"

#include <algorithm>

namespace pinpoint::planning {
namespace {

using parallel::WeightsRest;

/// A buffer of `whole` bytes, shared by the group, fetched once.
Traffic fetched(double whole, const Placement& placement, const Ranks& ranks) {
  const double slice = whole / placement.shard;
  Traffic traffic{.gathered = whole - slice};
  const bool from_disk = placement.rest == WeightsRest::disk;
  if (from_disk) traffic.disk = slice;
  if (placement.rest == WeightsRest::host || (from_disk && !ranks.computes_on_host)) traffic.host_link = slice;
  return traffic;
}

}  // namespace

Traffic& Traffic::operator+=(const Traffic& other) {
  gathered += other.gathered;
  host_link += other.host_link;
  disk += other.disk;
  exchanged += other.exchanged;
  return *this;
}

Traffic operator*(double times, Traffic traffic) {
  return {times * traffic.gathered, times * traffic.host_link, times * traffic.disk, times * traffic.exchanged};
}

Traffic layer_traffic(const Model& model, const Placement& placement, const Ranks& ranks) {
  return fetched(layer_bytes(model, placement.shard), placement, ranks);
}

Traffic unembedding_traffic(const Model& model, const Placement& placement, const Ranks& ranks) {
  return fetched(vocabulary_bytes(model), placement, ranks);
}

Moving moving_time(const Traffic& traffic, const Placement& placement, const Machine& machine, const Ranks& ranks) {
  // A group stays within a machine if its size divides the ranks of a machine.
  const bool within = ranks.on_a_node() % placement.shard == 0;
  const double all = ranks.count <= ranks.per_node ? machine.node_link : machine.network;
  return {.gather = traffic.gathered / (within ? machine.node_link : machine.network),
          .transfer = std::max(traffic.host_link / machine.host_link, traffic.disk * ranks.on_a_node() / machine.disk),
          .exchange = traffic.exchanged / all};
}

}  // namespace pinpoint::planning
