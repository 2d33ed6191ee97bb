/// \file
/// Requests to stop early: a signal, a time limit, a file (docs/restarts.md).
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "system/base/check.h"
#include "system/parallel/communicator.h"

namespace pinpoint::parallel {

/// When the job has to end, as far as it is known.
struct TimeLimits {
  std::optional<double> max_hours;  ///< from now on
  /// The batch system kills the job then. A stop is requested a minute before, or earlier if that is a tenth of the
  /// time.
  std::optional<std::chrono::system_clock::time_point> job_end;
};

/// Seconds that work may still take after a stop request, if that finishes it: 20, because batch systems kill 30 s
/// after their first signal. If the end of the job is known: half of the time until then, at most 120. \param to_end
/// seconds until the end of the job
double grace_seconds(std::optional<double> to_end);

/// While it lives, SIGUSR1, SIGTERM and the first SIGINT are requests and do not end the process. A signal to one rank
/// is enough: all ranks decide in `asked` together, so all stop at the same place. Later, SIGUSR1 and SIGTERM are
/// ignored: everything is saved, and the exit status must say so.
class StopRequest {
 public:
  /// Only rank 0 looks for `stop_file`.
  StopRequest(Communicator world, const TimeLimits& limits, std::filesystem::path stop_file);
  ~StopRequest();
  StopRequest(const StopRequest&) = delete;
  StopRequest& operator=(const StopRequest&) = delete;

  /// The status to end with, if a stop is requested, or if a known time limit leaves fewer than `needed` seconds.
  /// Collective.
  std::optional<ExitStatus> asked(double needed = 0);
  /// Whether work that takes `seconds` more is finished although a stop is requested: within the grace time, and unless
  /// a second signal has arrived. Rank 0's number decides. Collective. \pre asked() returned a status
  bool may_finish(double seconds) const;
  /// Seconds until the first known time limit, the same on every rank; none if none is known. Collective.
  std::optional<double> seconds_left() const;
  /// The reason, after `asked` returned a status: "SIGUSR1", "--max-hours", "OUT/STOP". Only rank 0 knows of the file.
  std::string reason() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Deadline {
    Clock::time_point time;
    const char* reason;
  };
  Communicator world_;
  std::optional<Deadline> deadline_;
  std::optional<Clock::time_point> job_end_;
  std::filesystem::path stop_file_;
  bool out_of_time_ = false;
  std::optional<Clock::time_point> finish_by_;  // the end of the grace time, once a stop is requested
};

}  // namespace pinpoint::parallel
