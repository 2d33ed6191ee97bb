/// \file
/// The finished blocks in OUT/sweep.parts: what they already hold of a sweep, whether they belong to it, and what a new
/// block adds.
#pragma once

#include <string>
#include <vector>

#include "commands/run.h"
#include "commands/sweep_task.h"
#include "io/sweep_parts.h"

namespace pinpoint::commands {

/// On rank 0 the parts themselves; on every rank what is left to do.
class SavedSweep {
 public:
  /// Collective. Obeys `restart`. \throws UserError when the parts belong to another sweep, as far as it can be told
  /// without the model's weights, or `restart: require` finds none
  SavedSweep(const Run& run, const SweepTask& task);

  const std::vector<parallel::Range>& pending() const { return pending_; }

  /// On rank 0: the same question for the weights. \throws UserError naming the difference
  void require_model(const std::string& model_sha256) const;

  /// On rank 0: saves a block.
  void add(const patching::SweepRecord& record, const std::string& model_sha256);

  /// On rank 0: all saved samples of this sweep, ascending. \throws UserError when there is none
  patching::SweepRecord merged() const;

 private:
  void set_aside_all() const;
  void read();
  void require_same_sweep(const io::SavedPart& saved) const;

  const Run& run_;
  const SweepTask& task_;
  std::vector<io::SavedPart> parts_;            // rank 0
  std::vector<patching::SweepRecord> records_;  // rank 0: groups of this sweep that are whole
  std::vector<parallel::Range> pending_;
};

}  // namespace pinpoint::commands
