/// \file
/// MPI's lifetime as an object.
#pragma once

namespace pinpoint::parallel {

/// Initialises MPI where a launcher (mpirun, srun) started this process, and finalises it at the end of the scope.
/// Without a launcher the program is serial and MPI is not touched.
///
/// While an exception unwinds the scope, MPI_Finalize is not called: it waits for the other ranks, which may wait for
/// this one. `abort` ends the job then.
class MpiSession {
 public:
  MpiSession(int& argc, char**& argv);
  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;

  /// Ends every rank of the job at once with that exit status. Ranks other than 0 wait a moment first: an error that
  /// all ranks met is then told once, by rank 0. Serial: returns.
  void abort(int status) const;

  /// How long ranks other than 0 wait for rank 0 to tell a common error first.
  void yield_to_root() const;

 private:
  int exceptions_at_start_;
  bool active_ = false;
  int rank_ = 0;
};

}  // namespace pinpoint::parallel
