#include "study/planning/stage_time.h"

#include <algorithm>

namespace pinpoint::planning {

Bottleneck StageTime::bottleneck() const {
  const double sending = moving.gather + moving.exchange;
  if (compute >= std::max(sending, moving.transfer)) return Bottleneck::compute;
  return moving.transfer > sending ? Bottleneck::transfer : Bottleneck::gather;
}

StageTime& StageTime::operator+=(const StageTime& other) {
  seconds += other.seconds;
  compute += other.compute;
  moving.gather += other.moving.gather;
  moving.transfer += other.moving.transfer;
  moving.exchange += other.moving.exchange;
  return *this;
}

StageTime operator*(double times, StageTime time) {
  return {.seconds = times * time.seconds,
          .compute = times * time.compute,
          .moving = {.gather = times * time.moving.gather,
                     .transfer = times * time.moving.transfer,
                     .exchange = times * time.moving.exchange}};
}

void WalkClock::step(double compute, const Moving& moving) {
  time_ += {.seconds = std::max(computing_, moving.fetch()) + moving.exchange, .compute = compute, .moving = moving};
  computing_ = compute;
}

StageTime WalkClock::finish() {
  time_.seconds += computing_;
  computing_ = 0;
  return time_;
}

}  // namespace pinpoint::planning
