/// \file
/// What the launcher says of this process, and whether MPI agrees. A launcher that this MPI does not support starts N
/// processes of which each is a whole job to MPI.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace pinpoint::parallel {

/// The value of an environment variable, null if it is not set. `std::getenv` in the program.
using Environment = std::function<const char*(const char*)>;

/// The processes that a launcher started together.
struct Launch {
  std::int64_t processes = 1;  ///< at least so many
  std::int64_t rank = 0;       ///< of this process
  std::string source;          ///< "SLURM_STEP_NUM_TASKS=4"; empty without a launcher
};

/// Reads the variables of the launcher that is nearest to the process: mpirun within a Slurm job or step decides before
/// Slurm. The shells of sbatch and salloc are not tasks, although they have SLURM_NTASKS.
Launch read_launch(const Environment& environment);

/// Whether to initialise MPI: a launcher that it may know started this process. Open MPI knows its own mpirun and PMIx;
/// under a launcher with PMI only, its MPI_Init ends the process. \param mpi the library ("Open MPI v4.1.4")
bool is_launched_for(const std::string& mpi, const Environment& environment);

/// Whether several processes were started, each of which is the only one in its MPI world.
bool is_split(const Launch& launch, int mpi_ranks);

/// Explains that, and names the launchers that work. \param mpi its name and version ("Open MPI v4.1.4")
std::string explain_split(const Launch& launch, const std::string& mpi);

}  // namespace pinpoint::parallel
