#include "system/parallel/stop.h"

#include <signal.h>
#include <system_error>

#include <csignal>

#include "system/parallel/collectives.h"

namespace pinpoint::parallel {
namespace {

volatile std::sig_atomic_t signal_seen = 0;  // the only type that a signal handler may write

void note_signal(int number) { signal_seen = number; }

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

}  // namespace

StopRequest::StopRequest(Communicator world, std::optional<double> max_hours, std::filesystem::path stop_file)
    : world_(std::move(world)), stop_file_(std::move(stop_file)) {
  if (max_hours)
    deadline_ = std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                                       std::chrono::duration<double>(*max_hours * 3600));
  signal_seen = 0;
  handle(SIGUSR1, note_signal);
  handle(SIGTERM, note_signal);
  handle(SIGINT, note_signal, SA_RESTART | SA_RESETHAND);  // a second Ctrl-C ends the process at once
}

StopRequest::~StopRequest() {
  handle(SIGUSR1, SIG_DFL);
  handle(SIGTERM, SIG_DFL);
  handle(SIGINT, SIG_DFL);
}

std::optional<ExitStatus> StopRequest::asked() const {
  Wish wish = keep_running;
  if (deadline_ && std::chrono::steady_clock::now() >= *deadline_) wish = by_time;
  if (signal_seen != 0) wish = by_signal;
  if (world_.is_root() && is_there(stop_file_)) wish = by_file;
  switch (maximum(world_, wish)) {
    case keep_running: return std::nullopt;
    case by_file: return ExitStatus::stop_file;
    default: return ExitStatus::stopped_early;
  }
}

std::string StopRequest::reason() const {
  if (world_.is_root() && is_there(stop_file_)) return stop_file_.string();
  if (signal_seen == SIGTERM) return "SIGTERM";
  if (signal_seen == SIGUSR1) return "SIGUSR1";
  if (signal_seen == SIGINT) return "Ctrl-C";
  if (deadline_ && std::chrono::steady_clock::now() >= *deadline_) return "--max-hours";
  return "a signal to another rank";
}

}  // namespace pinpoint::parallel
