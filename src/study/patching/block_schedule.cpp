#include "study/patching/block_schedule.h"

#include <algorithm>
#include <limits>

#include "system/base/check.h"

namespace pinpoint::patching {

BlockSchedule::BlockSchedule(std::vector<parallel::Range> pending, const Limits& limits)
    : pending_(std::move(pending)), limits_(limits), seconds_per_sample_(limits.seconds_per_sample) {
  PINPOINT_EXPECT(limits.seconds_per_sample > 0);
}

std::int64_t BlockSchedule::samples_in(double seconds) const {
  constexpr double more_than_any_file_has = 1e15;
  return static_cast<std::int64_t>(std::min(seconds / seconds_per_sample_, more_than_any_file_has));
}

Block BlockSchedule::next(std::optional<double> seconds_left) {
  PINPOINT_EXPECT(!done());
  // A configured number of samples is reached; a number chosen here is not exceeded.
  const std::int64_t enough = limits_.samples.value_or(std::numeric_limits<std::int64_t>::max());
  std::int64_t most = limits_.samples ? std::numeric_limits<std::int64_t>::max()
                                      : std::min(samples_in(limits_.seconds), limits_.samples_in_memory);
  if (seconds_left) most = std::min(most, samples_in(*seconds_left / 2));
  Block block{{pending_[next_++]}};
  while (!done() && block.samples() < enough && block.samples() + pending_[next_].size() <= most)
    block.sets.push_back(pending_[next_++]);
  last_samples_ = block.samples();
  return block;
}

void BlockSchedule::finished(double seconds) { seconds_per_sample_ = seconds / static_cast<double>(last_samples_); }

}  // namespace pinpoint::patching
