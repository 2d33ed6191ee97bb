/// \file
/// The finished blocks in OUT/sweep.parts: what they already hold of a sweep, whether they belong to it, and what a new
/// block adds.
#pragma once

#include <string>
#include <vector>

#include "app/stages/job.h"
#include "app/stages/sweep/inputs.h"
#include "study/results/sweep_parts.h"

namespace pinpoint::stages {

/// On rank 0 the parts themselves; on every rank what is left to do.
class SweepProgress {
 public:
  /// Collective. Obeys `restart`. \throws UserError when the parts belong to another sweep, as far as it can be told
  /// without the model's weights, or `restart: require` finds none
  SweepProgress(const Job& job, const SweepInputs& inputs);

  const std::vector<parallel::Range>& pending() const { return pending_; }

  /// On rank 0: the same question for the weights. \throws UserError naming the difference
  void require_model(const std::string& model_sha256) const;

  /// On rank 0: saves a block.
  void add(const effects::SweepRecord& record, const std::string& model_sha256);

  /// On rank 0: all saved samples of this sweep, ascending. \throws UserError when there is none
  effects::SweepRecord merged() const;

 private:
  void set_aside_all() const;
  void read();
  void require_same_sweep(const results::SavedPart& saved) const;

  const Job& job_;
  const SweepInputs& inputs_;
  std::vector<results::SavedPart> parts_;      // rank 0
  std::vector<effects::SweepRecord> records_;  // rank 0: sets of this sweep that are whole
  std::vector<parallel::Range> pending_;
};

}  // namespace pinpoint::stages
