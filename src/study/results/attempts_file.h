/// \file
/// OUT/attempts.json: the last start of each command (docs/restarts.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace pinpoint::results {

/// The last start of a command.
struct Attempt {
  std::string job;            ///< the Slurm job; empty outside of Slurm
  std::int64_t requeues = 0;  ///< of that job, before this start
  bool fresh = false;         ///< this job has set older results aside (`restart: fresh`)
  std::int64_t saved = 0;     ///< samples or steps that were saved when it began
  bool finished = false;
  std::optional<double> seconds;  ///< from the start to the end, if it was stopped early
  /// Successive starts, this one included, that were stopped before they saved anything, under the same conditions.
  std::int64_t fruitless = 0;
  std::string conditions;  ///< SHA-256 of configuration, number of ranks and time limit

  bool operator==(const Attempt&) const = default;
};

/// By command: "sweep", "tune".
using Attempts = std::map<std::string, Attempt>;

/// Empty if there is no such file. \throws UserError if it is damaged
Attempts read_attempts(const std::filesystem::path& file);
void write_attempts(const std::filesystem::path& file, const Attempts& attempts);

}  // namespace pinpoint::results
