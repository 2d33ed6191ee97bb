/// \file
/// Chooses the number of threads of a rank.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "system/parallel/communicator.h"
#include "system/parallel/options.h"

namespace pinpoint::parallel {

/// Threads of this rank: the option, else OMP_NUM_THREADS, else SLURM_CPUS_PER_TASK, else the cores in the rank's
/// affinity mask divided by the number of ranks that share them (at least 1). Rank 0 logs `thread_warnings`.
/// Collective: ranks with and without the variables call the same collectives.
/// \throws UserError, on all ranks, if a variable of any rank is not a number of threads
int choose_threads(const Options& options, const Communicator& world);

/// The number of threads that an environment variable asks for. None if it is unset or blank. Of OMP_NUM_THREADS'
/// list for nested loops ("4,2") the first number counts. \throws UserError if it is neither a number nor a list
std::optional<int> threads_in(const char* variable);

/// The threads of a rank and the cores that it may use.
struct ThreadPlace {
  std::string host;
  std::string mask;       ///< '1' for each core in the affinity mask, else '0'
  bool is_bound = false;  ///< a launcher left it fewer cores than the host has
  int threads = 1;
};

/// Why threads wait for each other, and what to do: a rank has more threads than cores, ranks share too few cores, or
/// ranks have different numbers of threads. At most one message of each kind. \param places by rank
std::vector<std::string> thread_warnings(const std::vector<ThreadPlace>& places);

}  // namespace pinpoint::parallel
