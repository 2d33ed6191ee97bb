/// \file
/// The starts of a command in one output folder (docs/restarts.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "app/stages/slurm_job.h"
#include "study/results/attempts_file.h"

namespace pinpoint::stages {

/// This start of a command and the one before, in OUT/attempts.json. Only rank 0 has it.
class Attempts {
 public:
  /// Reads what earlier starts left. \param conditions configuration, number of ranks and time limit, as a text
  Attempts(std::filesystem::path file, std::string command, const SlurmJob& job, const std::string& conditions);

  /// Whether an earlier start of the same Slurm job has applied `restart: fresh`, and has not finished or was requeued
  /// since. This start then resumes.
  bool has_applied_fresh() const;
  /// Call it when inputs and saved work are known to be good. \param fresh `restart: fresh` is configured
  /// \param saved samples or steps that are saved already
  void begin(bool fresh, std::int64_t saved);
  /// Successive starts, the last one included, that were stopped before they saved anything. \pre begin() was called
  std::int64_t fruitless() const { return now_.fruitless; }
  /// Seconds from the begin of the last start until it was stopped; none if it was not, or ran under other conditions.
  std::optional<double> seconds_of_last() const;
  void finish();
  /// \returns the number of successive starts that were stopped before they saved anything
  std::int64_t stop(double seconds, bool saved_something);

 private:
  void write() const;

  std::filesystem::path file_;
  std::string command_;
  results::Attempts all_;
  results::Attempt last_, now_;
};

}  // namespace pinpoint::stages
