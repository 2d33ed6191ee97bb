/// \file
/// What weights move, and how long that takes.
#pragma once

#include "study/planning/machine.h"
#include "study/planning/model_size.h"
#include "study/planning/placement.h"

namespace pinpoint::planning {

/// Bytes that reach one rank.
struct Traffic {
  double gathered = 0;   ///< weights from the others of its group
  double host_link = 0;  ///< weights from the machine's memory
  double disk = 0;       ///< weights from the files
  double exchanged = 0;  ///< all else that ranks send each other: traces, null rows, gradients

  Traffic& operator+=(const Traffic& other);
};
Traffic operator*(double times, Traffic traffic);

/// A layer fetched once: (R-1)/R of it gathered, 1/R of it read or copied from where it rests.
Traffic layer_traffic(const Model& model, const Placement& placement, const Ranks& ranks);
/// All tiles of the unembedding fetched once.
Traffic unembedding_traffic(const Model& model, const Placement& placement, const Ranks& ranks);

/// Seconds for each way that bytes take.
struct Moving {
  double gather = 0;    ///< weights, between ranks
  double transfer = 0;  ///< weights, from disk or over the host link, whichever takes longer
  double exchange = 0;

  /// Reading and gathering go on at the same time, each for another layer.
  double fetch() const { return gather > transfer ? gather : transfer; }
};
/// A group on several machines is taken for one ring, which enters every machine through one rank's adapter; a library
/// that uses all adapters of a machine at once gathers up to so many times faster.
Moving moving_time(const Traffic& traffic, const Placement& placement, const Machine& machine, const Ranks& ranks);

}  // namespace pinpoint::planning
