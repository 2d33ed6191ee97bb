/// \file
/// What Slurm's environment says about the job.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace pinpoint::stages {

struct SlurmJob {
  std::string id;                            ///< the same after a requeue; empty outside of Slurm
  std::int64_t requeues = 0;                 ///< so far
  std::optional<std::int64_t> begin, limit;  ///< Unix times: of this start, and when its time limit is reached

  std::optional<std::chrono::system_clock::time_point> end() const;
  /// Seconds from the begin of this start to its time limit.
  std::optional<std::int64_t> time_limit() const;
};

/// From SLURM_JOB_ID, or SLURM_ARRAY_JOB_ID and SLURM_ARRAY_TASK_ID; SLURM_RESTART_COUNT; SLURM_JOB_START_TIME and
/// SLURM_JOB_END_TIME (from newer versions of Slurm, or slurm/requeued_job.sh). What is missing or not a number is left
/// out.
SlurmJob slurm_job();

}  // namespace pinpoint::stages
