/// \file
/// Requests to stop early, from outside: a signal, a time limit, a file.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>

#include "system/base/check.h"
#include "system/parallel/communicator.h"

namespace pinpoint::parallel {

/// While it lives, SIGUSR1, SIGTERM and the first SIGINT are noted instead of ending the process. One rank's signal is
/// enough: `asked` is decided by all ranks together, so that all of them stop at the same place.
class StopRequest {
 public:
  /// `stop_file` counts on rank 0 alone.
  StopRequest(Communicator world, std::optional<double> max_hours, std::filesystem::path stop_file);
  ~StopRequest();
  StopRequest(const StopRequest&) = delete;
  StopRequest& operator=(const StopRequest&) = delete;

  /// The status to end with, if somebody asked; collective. The file is looked for by rank 0 alone.
  std::optional<ExitStatus> asked() const;
  /// In words, after `asked` said yes: "signal SIGUSR1", "--max-hours", "OUT/STOP". Rank 0 knows best.
  std::string reason() const;

 private:
  Communicator world_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  std::filesystem::path stop_file_;
};

}  // namespace pinpoint::parallel
