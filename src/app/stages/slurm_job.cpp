#include "app/stages/slurm_job.h"

#include <fmt/format.h>

#include <cstdlib>
#include <string_view>

#include "system/base/number.h"

namespace pinpoint::stages {
namespace {

std::string text_of(const char* variable) {
  const char* value = std::getenv(variable);
  return value ? value : "";
}

std::optional<std::int64_t> number_of(const char* variable) { return parse_number<std::int64_t>(text_of(variable)); }

}  // namespace

std::optional<std::chrono::system_clock::time_point> SlurmJob::end() const {
  if (!limit) return std::nullopt;
  return std::chrono::system_clock::time_point(std::chrono::seconds(*limit));
}

std::optional<std::int64_t> SlurmJob::time_limit() const {
  if (!begin || !limit) return std::nullopt;
  return *limit - *begin;
}

SlurmJob slurm_job() {
  SlurmJob job;
  job.id = text_of("SLURM_JOB_ID");
  // One task of an array has the array's id as its SLURM_JOB_ID.
  const std::string array = text_of("SLURM_ARRAY_JOB_ID"), task = text_of("SLURM_ARRAY_TASK_ID");
  if (!array.empty() && !task.empty()) job.id = fmt::format("{}_{}", array, task);
  if (job.id.empty()) return {};
  job.requeues = number_of("SLURM_RESTART_COUNT").value_or(0);
  job.begin = number_of("SLURM_JOB_START_TIME");
  job.limit = number_of("SLURM_JOB_END_TIME");
  return job;
}

}  // namespace pinpoint::stages
