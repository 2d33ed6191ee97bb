/// \file
/// How many sets the next walk takes along.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "study/patching/walk_plan.h"

namespace pinpoint::patching {

/// Chooses blocks out of the pending sets, in order: as many samples as configured, else as fit in memory and in the
/// time wanted for a block, by what the last walk took, and before the first one by an estimate: where weights are read
/// from disk, a walk over few samples to see how long it takes would be a whole reading of the file. What is chosen
/// never changes a result. All ranks choose the same if they are given the same numbers.
class BlockSchedule {
 public:
  struct Limits {
    std::optional<std::int64_t> samples;  ///< wished for (`sweep.block`), rounded up to whole sets
    double seconds = 0;                   ///< `sweep.minutes_per_block`
    std::int64_t samples_in_memory = 0;   ///< at least one set is taken all the same
    double seconds_per_sample = 0;        ///< estimated
  };
  BlockSchedule(std::vector<parallel::Range> pending, const Limits& limits);

  bool done() const { return next_ == pending_.size(); }
  Block next();
  /// The last block took that long.
  void finished(double seconds);

 private:
  std::int64_t most_samples() const;

  std::vector<parallel::Range> pending_;
  Limits limits_;
  std::size_t next_ = 0;
  std::int64_t last_samples_ = 0;
  double seconds_per_sample_;
};

}  // namespace pinpoint::patching
