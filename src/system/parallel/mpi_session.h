/// \file
/// MPI's lifetime as an object.
#pragma once

namespace pinpoint::parallel {

/// Initialises MPI if a launcher (mpirun, srun) started this process, and finalises it at the end of the scope.
/// Without a launcher the program is serial and does not use MPI.
///
/// An error inside MPI never returns to the caller: it is logged, and the job ends with status 1. So the code that
/// calls MPI does not check return codes. (MPI's own handler, MPI_ERRORS_ARE_FATAL, ends the job with the number of the
/// error, which can be one of our statuses with another meaning.)
///
/// MPI_Finalize waits for the other ranks, which may wait for this one. Errors are therefore caught inside the scope
/// and end the job by `abort`.
class MpiSession {
 public:
  MpiSession(int& argc, char**& argv);
  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;

  /// Ends all ranks of the job at once with this exit status. Returns in a job of one rank.
  void abort(int status) const;

  /// On ranks other than 0, waits 1.5 s, in which rank 0 may end the job. Called before an error is logged, so that an
  /// error of all ranks (a broken file) is logged once.
  void yield_to_root() const;

 private:
  bool active_ = false;
  int rank_ = 0;
};

}  // namespace pinpoint::parallel
