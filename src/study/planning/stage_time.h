/// \file
/// How long a walk over the layers takes when the next layer is fetched while this one is computed with.
#pragma once

#include "study/planning/traffic.h"

namespace pinpoint::planning {

enum class Bottleneck {
  compute,
  transfer,  ///< weights from disk or over the host link
  gather,    ///< weights from other ranks, and what else ranks send each other
};

/// Seconds. Parts overlap, so they add up to more than the whole.
struct StageTime {
  double seconds = 0;
  double compute = 0;
  Moving moving;

  Bottleneck bottleneck() const;
  StageTime& operator+=(const StageTime& other);
};
StageTime operator*(double times, StageTime time);

/// Adds up the steps of one walk: a layer each, or the vocabulary.
class WalkClock {
 public:
  /// The busiest rank's seconds of computing, and what has to be there first. Exchanges hide behind nothing.
  void step(double compute, const Moving& moving);
  StageTime finish();

 private:
  StageTime time_;
  double computing_ = 0;  // of the step before, during which this one's weights are fetched
};

}  // namespace pinpoint::planning
