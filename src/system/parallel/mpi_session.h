/// \file
/// MPI's lifetime as an object.
#pragma once

namespace pinpoint::parallel {

/// Initialises MPI where a launcher (mpirun, srun) started this process, and finalises it at the end of the scope.
/// Without a launcher the program is serial and MPI is not touched.
///
/// MPI_Finalize waits for the other ranks, which may wait for this one: an error is therefore caught inside the scope
/// and ends the job by `abort`.
class MpiSession {
 public:
  MpiSession(int& argc, char**& argv);
  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;

  /// Ends every rank of the job at once with that exit status. Serial: returns.
  void abort(int status) const;

  /// On ranks other than 0 waits a moment, in which rank 0 may end the job. Called before an error is told: one that
  /// all ranks met (a broken file) is then told once.
  void yield_to_root() const;

 private:
  bool active_ = false;
  int rank_ = 0;
};

}  // namespace pinpoint::parallel
