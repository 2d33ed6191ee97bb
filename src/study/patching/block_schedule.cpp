#include "study/patching/block_schedule.h"

#include <algorithm>

#include "system/base/check.h"

namespace pinpoint::patching {

BlockSchedule::BlockSchedule(std::vector<parallel::Range> pending, const Limits& limits)
    : pending_(std::move(pending)), limits_(limits), seconds_per_sample_(limits.seconds_per_sample) {
  PINPOINT_EXPECT(limits.seconds_per_sample > 0);
}

std::int64_t BlockSchedule::most_samples() const {
  if (limits_.samples) return *limits_.samples;
  const double in_time = limits_.seconds / seconds_per_sample_;
  return static_cast<std::int64_t>(std::min(in_time, static_cast<double>(limits_.samples_in_memory)));
}

Block BlockSchedule::next() {
  PINPOINT_EXPECT(!done());
  const std::int64_t most = most_samples();
  Block block{{pending_[next_++]}};
  // A configured number of samples is reached; a number chosen here is not exceeded.
  while (!done() && (limits_.samples ? block.samples() < most : block.samples() + pending_[next_].size() <= most))
    block.sets.push_back(pending_[next_++]);
  last_samples_ = block.samples();
  return block;
}

void BlockSchedule::finished(double seconds) { seconds_per_sample_ = seconds / static_cast<double>(last_samples_); }

}  // namespace pinpoint::patching
