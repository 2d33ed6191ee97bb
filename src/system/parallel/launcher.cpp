#include "system/parallel/launcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string_view>

#include "system/base/number.h"

namespace pinpoint::parallel {
namespace {

/// Slurm numbers steps from 0 and has special numbers near 2^32: the batch script, the shell of salloc.
constexpr std::int64_t first_special_step = 0xfffffff0;
/// PMIx has special ranks near 2^32, which are not those of processes.
constexpr std::int64_t largest_rank = std::numeric_limits<std::int32_t>::max();

struct Variables {
  const char* size;  // null: this launcher tells no size
  const char* rank;
};
/// Open MPI's mpirun; MPICH, Intel MPI and srun --mpi=pmi2; MVAPICH's mpirun_rsh; srun --mpi=pmix.
constexpr std::array launchers{
    Variables{"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"}, Variables{"PMI_SIZE", "PMI_RANK"},
    Variables{"MV2_COMM_WORLD_SIZE", "MV2_COMM_WORLD_RANK"}, Variables{nullptr, "PMIX_RANK"}};

std::optional<std::int64_t> number(const Environment& environment, const char* name) {
  const char* text = name ? environment(name) : nullptr;
  const auto value = parse_number<std::int64_t>(text ? text : "");
  return value && *value >= 0 ? value : std::nullopt;
}

/// What one launcher says; none if its variables are not set, or leave the number of processes open.
std::optional<Launch> launch_of(const Environment& environment, const Variables& names) {
  const std::int64_t rank = number(environment, names.rank).value_or(0);
  if (const auto size = number(environment, names.size))
    return Launch{std::max<std::int64_t>(1, *size), rank, fmt::format("{}={}", names.size, *size)};
  if (rank == 0 || rank > largest_rank) return std::nullopt;
  return Launch{rank + 1, rank, fmt::format("{}={}", names.rank, rank)};
}

std::optional<Launch> slurm_task(const Environment& environment) {
  const auto step = number(environment, "SLURM_STEP_ID");
  const bool is_task = step ? *step < first_special_step : number(environment, "SLURM_PROCID").value_or(0) > 0;
  if (!is_task) return std::nullopt;
  for (const char* size : {"SLURM_STEP_NUM_TASKS", "SLURM_NTASKS"})
    if (const auto launch = launch_of(environment, {size, "SLURM_PROCID"})) return launch;
  return std::nullopt;
}

}  // namespace

Launch read_launch(const Environment& environment) {
  for (const Variables& names : launchers)
    if (const auto launch = launch_of(environment, names)) return *launch;
  return slurm_task(environment).value_or(Launch{});
}

bool is_launched_for(const std::string& mpi, const Environment& environment) {
  if (environment("OMPI_COMM_WORLD_SIZE") || environment("PMIX_RANK")) return true;
  return !mpi.starts_with("Open MPI") && (environment("PMI_RANK") || environment("MV2_COMM_WORLD_RANK"));
}

bool is_split(const Launch& launch, int mpi_ranks) { return launch.processes > 1 && mpi_ranks == 1; }

std::string explain_split(const Launch& launch, const std::string& mpi) {
  return fmt::format(
      "{} processes were started ({}), but to MPI each is a job of its own (this launcher and {} do not know each "
      "other); start them with `srun --mpi=pmix`, or with the mpirun of {}, which `pinpoint --version` names; jobs "
      "that are separate on purpose need `mpirun -n 1` each",
      launch.processes, launch.source, mpi, mpi);
}

}  // namespace pinpoint::parallel
