/// \file
/// The progress of a sweep, saved in OUT/sweep.parts: reads the finished blocks, checks that they belong to this sweep,
/// and adds new ones.
#pragma once

#include <string>
#include <vector>

#include "app/stages/job.h"
#include "app/stages/sweep/inputs.h"
#include "app/stages/sweep/results.h"
#include "study/results/sweep_parts.h"

namespace pinpoint::stages {

/// Rank 0 has the blocks. Every rank knows which sets are pending.
class SweepProgress {
 public:
  /// Collective. Follows `restart`; a partial sweep sets nothing aside. \throws UserError if the blocks belong to
  /// another sweep (require_model() compares the weights later), or if `restart: require` finds none
  SweepProgress(const Job& job, const SweepInputs& inputs, Completeness wanted);

  const std::vector<parallel::Range>& pending() const { return pending_; }

  /// On rank 0: samples in the finished blocks.
  std::int64_t saved_samples() const;

  /// On rank 0. \throws UserError if a block was computed with other weights
  void require_model(const std::string& model_sha256) const;

  /// On rank 0: saves a block.
  void add(const effects::SweepRecord& record, const std::string& model_sha256);

  /// On rank 0: all saved samples of this sweep, ascending. \throws UserError if there are none
  effects::SweepRecord merged() const;

 private:
  void read();
  void require_same_sweep(const results::SavedPart& saved) const;

  const Job& job_;
  const SweepInputs& inputs_;
  std::vector<results::SavedPart> parts_;      // rank 0
  std::vector<effects::SweepRecord> records_;  // rank 0: complete sets of this sweep
  std::vector<parallel::Range> pending_;
};

}  // namespace pinpoint::stages
