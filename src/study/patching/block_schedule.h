/// \file
/// The samples of the next walk.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "study/patching/walk_plan.h"

namespace pinpoint::patching {

/// Chooses blocks from the pending sets, in order: the configured number of samples, or else as many as fit in memory
/// and in the time for a block. The time follows from the last walk. For the first walk it is estimated, because with
/// weights on disk a trial walk would read the whole file. If the time that is left is known, a block takes at most
/// half of it, so that it is saved before the end although estimates are rough. The choice never changes a result. With
/// the same numbers all ranks choose the same.
class BlockSchedule {
 public:
  struct Limits {
    std::optional<std::int64_t> samples;  ///< `sweep.block`, rounded up to whole sets
    double seconds = 0;                   ///< `sweep.minutes_per_block`
    std::int64_t samples_in_memory = 0;   ///< a block has at least one set nevertheless
    double seconds_per_sample = 0;        ///< estimated
  };
  BlockSchedule(std::vector<parallel::Range> pending, const Limits& limits);

  bool done() const { return next_ == pending_.size(); }
  /// \param seconds_left until the job is likely to be stopped; none: unknown
  Block next(std::optional<double> seconds_left = std::nullopt);
  /// Of a block of one set. \pre !done()
  double least_seconds() const { return seconds_per_sample_ * static_cast<double>(pending_[next_].size()); }
  /// Reports the duration of the last block.
  void finished(double seconds);

 private:
  /// Samples that may take this long.
  std::int64_t samples_in(double seconds) const;

  std::vector<parallel::Range> pending_;
  Limits limits_;
  std::size_t next_ = 0;
  std::int64_t last_samples_ = 0;
  double seconds_per_sample_;
};

}  // namespace pinpoint::patching
