#include "system/parallel/launcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <vector>

namespace pinpoint::parallel {
namespace {

using testing::HasSubstr;

using Variables = std::map<std::string, std::string>;

Environment environment(const Variables& variables) {
  return [&variables](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  };
}

struct Case {
  const char* what;
  Variables variables;
  std::int64_t processes, rank;
};

/// The variables that each launcher sets, as found on a real cluster with Slurm 22.05 and Open MPI 4.1.
const std::vector<Case> cases{
    {"no launcher", {}, 1, 0},
    {"srun --mpi=none",
     {{"SLURM_STEP_ID", "0"}, {"SLURM_STEP_NUM_TASKS", "4"}, {"SLURM_NTASKS", "4"}, {"SLURM_PROCID", "3"}},
     4,
     3},
    {"srun --mpi=none, an older Slurm", {{"SLURM_STEP_ID", "2"}, {"SLURM_NTASKS", "2"}, {"SLURM_PROCID", "0"}}, 2, 0},
    {"srun -n 1 in a job of 4 tasks",
     {{"SLURM_STEP_ID", "0"}, {"SLURM_STEP_NUM_TASKS", "1"}, {"SLURM_NTASKS", "4"}, {"SLURM_PROCID", "0"}},
     1,
     0},
    {"the shell of sbatch --ntasks=4", {{"SLURM_JOB_ID", "7"}, {"SLURM_NTASKS", "4"}, {"SLURM_PROCID", "0"}}, 1, 0},
    {"the shell of salloc --ntasks=4", {{"SLURM_JOB_ID", "7"}, {"SLURM_NTASKS", "4"}}, 1, 0},
    {"salloc with an interactive step",
     {{"SLURM_STEP_ID", "4294967290"}, {"SLURM_STEP_NUM_TASKS", "1"}, {"SLURM_NTASKS", "4"}, {"SLURM_PROCID", "0"}},
     1,
     0},
    {"a batch step that has a number",
     {{"SLURM_STEP_ID", "4294967291"}, {"SLURM_NTASKS", "4"}, {"SLURM_PROCID", "0"}},
     1,
     0},
    {"srun --mpi=pmi2",
     {{"PMI_SIZE", "2"}, {"PMI_RANK", "1"}, {"SLURM_STEP_ID", "0"}, {"SLURM_STEP_NUM_TASKS", "2"}},
     2,
     1},
    {"MPICH's mpiexec", {{"PMI_SIZE", "8"}, {"PMI_RANK", "5"}}, 8, 5},
    {"MPICH's mpiexec -n 1 on a host that srun reached",
     {{"PMI_SIZE", "1"}, {"PMI_RANK", "0"}, {"SLURM_STEP_ID", "0"}, {"SLURM_STEP_NUM_TASKS", "2"}},
     1,
     0},
    {"MVAPICH's mpirun_rsh", {{"MV2_COMM_WORLD_SIZE", "3"}, {"MV2_COMM_WORLD_RANK", "2"}}, 3, 2},
    {"srun --mpi=pmix",
     {{"PMIX_RANK", "0"}, {"SLURM_STEP_ID", "0"}, {"SLURM_STEP_NUM_TASKS", "4"}, {"SLURM_PROCID", "0"}},
     4,
     0},
    {"PMIx without a size", {{"PMIX_RANK", "5"}}, 6, 5},
    {"PMIx's first rank without a size", {{"PMIX_RANK", "0"}}, 1, 0},
    {"a special rank of PMIx", {{"PMIX_RANK", "4294967294"}}, 1, 0},
    {"mpirun -n 1 in a step of 4 tasks",
     {{"OMPI_COMM_WORLD_SIZE", "1"},
      {"OMPI_COMM_WORLD_RANK", "0"},
      {"PMIX_RANK", "0"},
      {"SLURM_STEP_ID", "0"},
      {"SLURM_STEP_NUM_TASKS", "4"},
      {"SLURM_PROCID", "2"}},
     1,
     0},
    {"mpirun of another Open MPI", {{"OMPI_COMM_WORLD_SIZE", "4"}, {"OMPI_COMM_WORLD_RANK", "2"}}, 4, 2},
    {"values that are not numbers", {{"PMI_SIZE", "two"}, {"SLURM_STEP_ID", ""}, {"SLURM_NTASKS", "4"}}, 1, 0}};

TEST(Launch, IsReadFromTheNearestLauncher) {
  for (const auto& [what, variables, processes, rank] : cases) {
    const Launch launch = read_launch(environment(variables));
    EXPECT_EQ(launch.processes, processes) << what;
    EXPECT_EQ(launch.rank, rank) << what;
    EXPECT_EQ(is_split(launch, 1), processes > 1) << what;
    EXPECT_FALSE(is_split(launch, static_cast<int>(processes) + 1)) << what;  // MPI knows the others
  }
}

TEST(Launch, InitialisesMpiOnlyForLaunchersThatItMayKnow) {
  const std::string open_mpi = "Open MPI v4.1.4", mpich = "MPICH Version: 4.0";
  for (const std::string& mpi : {open_mpi, mpich}) {
    EXPECT_TRUE(is_launched_for(mpi, environment({{"OMPI_COMM_WORLD_SIZE", "1"}})));
    EXPECT_TRUE(is_launched_for(mpi, environment({{"PMIX_RANK", "0"}})));
    EXPECT_FALSE(is_launched_for(mpi, environment({{"SLURM_STEP_ID", "0"}, {"SLURM_NTASKS", "4"}})));
  }
  EXPECT_TRUE(is_launched_for(mpich, environment({{"PMI_RANK", "0"}})));
  EXPECT_FALSE(is_launched_for(open_mpi, environment({{"PMI_RANK", "0"}})));
}

TEST(Launch, SaysWhichLaunchersWork) {
  const Launch launch{.processes = 4, .rank = 0, .source = "SLURM_STEP_NUM_TASKS=4"};
  const std::string message = explain_split(launch, "Open MPI v4.1.4");
  for (const char* part : {"4 processes", "SLURM_STEP_NUM_TASKS=4", "srun --mpi=pmix", "mpirun of Open MPI v4.1.4",
                           "pinpoint --version", "mpirun -n 1"})
    EXPECT_THAT(message, HasSubstr(part));
}

}  // namespace
}  // namespace pinpoint::parallel
