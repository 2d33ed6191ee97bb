/// \file
/// MPI's lifetime as an object.
#pragma once

#include <functional>

#include "system/base/check.h"

namespace pinpoint::parallel {

/// Initialises MPI if a launcher (mpirun, srun) started this process, and finalises it at the end of the scope.
/// Without a launcher the program is serial and does not use MPI.
///
/// An error inside MPI never returns to the caller: it is logged, and the job ends with status 1. So the code that
/// calls MPI does not check return codes. (MPI's own handler, MPI_ERRORS_ARE_FATAL, ends the job with the number of the
/// error, which can be one of our statuses with another meaning.)
///
/// An exception on one rank ends the whole job at once, because the other ranks may wait for this one in a collective.
/// So nothing that the exception passes on its way to `run` may be collective: objects that would otherwise wait for
/// the other ranks in their destructors (communicators, transfers, parallel files) do not, while an exception ends the
/// job. Where all ranks throw the same error (system/parallel/agreement.h), the job ends in the same way.
class MpiSession {
 public:
  MpiSession(int& argc, char**& argv);
  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;

  /// Calls `part` and returns its status. If it throws, logs the error and ends all ranks of the job with the error's
  /// status. In a job of one rank returns that status. An error of all ranks (a broken file) is logged once: the ranks
  /// other than 0 wait 1.5 s first, in which rank 0 may end the job.
  int run(const std::function<ExitStatus()>& part) const;

 private:
  int fail(const Error& error) const;

  bool active_ = false;
  int rank_ = 0;
};

}  // namespace pinpoint::parallel
