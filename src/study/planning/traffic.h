/// \file
/// Bytes that move between ranks and memories, and the time that this takes.
#pragma once

#include "study/planning/machine.h"
#include "study/planning/model_size.h"
#include "study/planning/placement.h"

namespace pinpoint::planning {

/// Bytes that arrive at one rank.
struct Traffic {
  double gathered = 0;   ///< weights from other ranks of its group
  double host_link = 0;  ///< weights from the machine's memory
  double disk = 0;       ///< weights from the files
  double exchanged = 0;  ///< other messages between ranks: traces, null rows, gradients

  Traffic& operator+=(const Traffic& other);
};
Traffic operator*(double times, Traffic traffic);

/// A layer fetched once: (R-1)/R of it is gathered, 1/R is read or copied from where it rests.
Traffic layer_traffic(const Model& model, const Placement& placement, const Ranks& ranks);
/// All tiles of the unembedding fetched once.
Traffic unembedding_traffic(const Model& model, const Placement& placement, const Ranks& ranks);

/// Seconds per path.
struct Moving {
  double gather = 0;    ///< weights, between ranks
  double transfer = 0;  ///< weights, from disk or over the host link, the longer of both
  double exchange = 0;

  /// Reading and gathering overlap, because they work on different layers.
  double fetch() const { return gather > transfer ? gather : transfer; }
};
/// Assumes that a group on several machines is one ring, which enters every machine through one rank's adapter. A
/// library that uses all adapters of a machine gathers faster, at most by the number of adapters.
Moving moving_time(const Traffic& traffic, const Placement& placement, const Machine& machine, const Ranks& ranks);

}  // namespace pinpoint::planning
