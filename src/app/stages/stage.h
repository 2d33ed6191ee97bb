/// \file
/// A stage of a job: resumable work on one model, from its inputs to its results (docs/architecture.md, "Stages").
#pragma once

#include <optional>
#include <string>

#include "app/stages/job.h"
#include "app/stages/model_loading.h"
#include "model/pretrained/model_directory.h"
#include "study/planning/placement.h"

namespace pinpoint::stages {

/// The constructor of a stage reads and checks its inputs and what earlier runs saved, so that errors appear before the
/// weights are loaded. run_stage() then calls the members in the order in which they are listed.
class Stage {
 public:
  virtual ~Stage() = default;

  /// Whether nothing is left to compute. The weights are then not loaded. The same on every rank.
  virtual bool is_finished() const = 0;

  /// Whether this run computes nothing and only reports what earlier ones saved. It does not count as a start then.
  virtual bool only_reports() const { return false; }

  /// What is saved now. Called on every rank; only rank 0's answer counts.
  virtual SavedWork saved() const = 0;

  /// Where the weights should rest, from what every rank has free. Collective.
  /// \throws UserError if the memory is too small
  virtual planning::Placement place_weights() = 0;

  /// Called on rank 0. \param sha256 identifies the weights
  /// \throws UserError if inputs or saved work belong to other weights
  virtual void require_model(const std::string& sha256) = 0;

  /// Computes what is pending and saves it piece by piece. Collective.
  /// \returns the status to stop with if a stop was requested before the end
  virtual std::optional<ExitStatus> work(const LoadedModel& model) = 0;

  /// Writes the results and logs what was found. Called on rank 0, when all work is saved.
  virtual void write_results() = 0;
};

/// Runs `stage` on the model in `directory`: loads its weights if anything is left to compute. Collective.
ExitStatus run_stage(Job& job, pretrained::ModelDirectory& directory, Stage& stage);

}  // namespace pinpoint::stages
