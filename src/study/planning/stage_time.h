/// \file
/// The time of a walk over the layers that fetches the next layer while it computes with this one.
#pragma once

#include "study/planning/traffic.h"

namespace pinpoint::planning {

enum class Bottleneck {
  compute,
  transfer,  ///< weights from disk or over the host link
  gather,    ///< weights from other ranks, and all other messages between ranks
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

/// Adds up the steps of one walk. A step is a layer, or the vocabulary.
class WalkClock {
 public:
  /// \param compute seconds of the busiest rank \param moving what must arrive first. Exchanges are not overlapped.
  void step(double compute, const Moving& moving);
  StageTime finish();

 private:
  StageTime time_;
  double computing_ = 0;  // of the previous step, which overlaps the fetch of this one's weights
};

}  // namespace pinpoint::planning
