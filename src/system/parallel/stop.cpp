#include "system/parallel/stop.h"

#include <signal.h>
#include <system_error>

#include <algorithm>
#include <csignal>
#include <utility>

#include "system/parallel/collectives.h"

namespace pinpoint::parallel {
namespace {

using std::chrono::duration;

// The only type that a signal handler may write.
volatile std::sig_atomic_t signal_seen = 0, signals = 0;

void note_signal(int number) {
  signal_seen = number;
  signals = std::min<std::sig_atomic_t>(signals + 1, 2);
}

void handle(int number, void (*handler)(int), int flags = SA_RESTART) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigaction(number, &action, nullptr);
}

/// A file system that does not answer for a moment must not end the job.
bool is_there(const std::filesystem::path& file) {
  std::error_code ignored;
  return std::filesystem::exists(file, ignored);
}

/// The largest number on any rank decides.
enum Wish : std::int64_t { keep_running = 0, by_time = 1, by_signal = 2, by_file = 3 };

double seconds_between(std::chrono::steady_clock::time_point begin, std::chrono::steady_clock::time_point end) {
  return duration<double>(end - begin).count();
}

std::chrono::steady_clock::time_point after(std::chrono::steady_clock::time_point begin, double seconds) {
  return begin + std::chrono::duration_cast<std::chrono::steady_clock::duration>(duration<double>(seconds));
}

}  // namespace

double grace_seconds(std::optional<double> to_end) {
  constexpr double unknown_end = 20, most = 120;
  return to_end ? std::clamp(*to_end / 2, 0.0, most) : unknown_end;
}

StopRequest::StopRequest(Communicator world, const TimeLimits& limits, std::filesystem::path stop_file)
    : world_(std::move(world)), stop_file_(std::move(stop_file)) {
  const Clock::time_point now = Clock::now();
  if (limits.max_hours) deadline_ = {after(now, *limits.max_hours * 3600), "--max-hours"};
  if (limits.job_end) {
    const double to_end = duration<double>(*limits.job_end - std::chrono::system_clock::now()).count();
    job_end_ = after(now, to_end);
    const Deadline before_end{after(now, to_end - std::min(60.0, to_end / 10)), "the time limit of the Slurm job"};
    if (!deadline_ || before_end.time < deadline_->time) deadline_ = before_end;
  }
  signal_seen = 0;
  signals = 0;
  handle(SIGUSR1, note_signal);
  handle(SIGTERM, note_signal);
  handle(SIGINT, note_signal, SA_RESTART | SA_RESETHAND);  // a second Ctrl-C ends the process at once
}

StopRequest::~StopRequest() {
  handle(SIGUSR1, SIG_IGN);
  handle(SIGTERM, SIG_IGN);
  handle(SIGINT, SIG_DFL);
}

std::optional<ExitStatus> StopRequest::asked(double needed) {
  if (deadline_ && seconds_between(Clock::now(), deadline_->time) <= needed) out_of_time_ = true;
  Wish wish = out_of_time_ ? by_time : keep_running;
  if (signal_seen != 0) wish = by_signal;
  if (world_.is_root() && is_there(stop_file_)) wish = by_file;
  const std::int64_t decided = maximum(world_, wish);
  if (decided == keep_running) return std::nullopt;
  if (!finish_by_) {
    const Clock::time_point now = Clock::now();
    finish_by_ = after(now, grace_seconds(job_end_ ? std::optional(seconds_between(now, *job_end_)) : std::nullopt));
  }
  return decided == by_file ? ExitStatus::stop_file : ExitStatus::stopped_early;
}

bool StopRequest::may_finish(double seconds) const {
  PINPOINT_EXPECT(finish_by_.has_value());
  const bool fits = of_root(world_, seconds <= seconds_between(Clock::now(), *finish_by_));
  const bool at_once = maximum(world_, signals) > 1;
  return fits && !at_once;
}

std::optional<double> StopRequest::seconds_left() const {
  constexpr double unknown = -1;
  const double seconds =
      of_root(world_, deadline_ ? std::max(0.0, seconds_between(Clock::now(), deadline_->time)) : unknown);
  return seconds == unknown ? std::nullopt : std::optional(seconds);
}

std::string StopRequest::reason() const {
  if (world_.is_root() && is_there(stop_file_)) return stop_file_.string();
  if (signal_seen == SIGTERM) return "SIGTERM";
  if (signal_seen == SIGUSR1) return "SIGUSR1";
  if (signal_seen == SIGINT) return "Ctrl-C";
  if (out_of_time_) return deadline_->reason;
  return "a signal to another rank";
}

}  // namespace pinpoint::parallel
