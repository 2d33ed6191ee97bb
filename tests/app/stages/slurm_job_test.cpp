#include "app/stages/slurm_job.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>

namespace pinpoint::stages {
namespace {

/// The job in an environment with exactly these variables of Slurm.
SlurmJob job_in(const std::map<std::string, std::string>& environment) {
  for (const char* name : {"SLURM_JOB_ID", "SLURM_ARRAY_JOB_ID", "SLURM_ARRAY_TASK_ID", "SLURM_RESTART_COUNT",
                           "SLURM_JOB_START_TIME", "SLURM_JOB_END_TIME"})
    unsetenv(name);
  for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
  return slurm_job();
}

TEST(SlurmJob, IsEmptyOutsideOfSlurm) {
  EXPECT_EQ(job_in({}).id, "");
  EXPECT_FALSE(job_in({{"SLURM_JOB_END_TIME", "5"}}).end().has_value());
}

TEST(SlurmJob, HasItsTimes) {
  const SlurmJob job = job_in({{"SLURM_JOB_ID", "99"},
                               {"SLURM_RESTART_COUNT", "2"},
                               {"SLURM_JOB_START_TIME", "1700000000"},
                               {"SLURM_JOB_END_TIME", "1700003600"}});
  EXPECT_EQ(job.id, "99");
  EXPECT_EQ(job.requeues, 2);
  EXPECT_EQ(job.time_limit(), 3600);
  EXPECT_EQ(std::chrono::system_clock::to_time_t(job.end().value()), 1700003600);
}

TEST(SlurmJob, IsATaskInAnArray) {
  EXPECT_EQ(job_in({{"SLURM_JOB_ID", "99"}, {"SLURM_ARRAY_JOB_ID", "99"}, {"SLURM_ARRAY_TASK_ID", "2"}}).id, "99_2");
}

TEST(SlurmJob, LeavesOutWhatIsNotANumber) {
  const SlurmJob job =
      job_in({{"SLURM_JOB_ID", "99"}, {"SLURM_RESTART_COUNT", "many"}, {"SLURM_JOB_END_TIME", "12:00"}});
  EXPECT_EQ(job.requeues, 0);
  EXPECT_FALSE(job.end().has_value());
  EXPECT_FALSE(job.time_limit().has_value());
}

}  // namespace
}  // namespace pinpoint::stages
