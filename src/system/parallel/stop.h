/// \file
/// Requests to stop early: a signal, a time limit, a file.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>

#include "system/base/check.h"
#include "system/parallel/communicator.h"

namespace pinpoint::parallel {

/// While it lives, SIGUSR1, SIGTERM and the first SIGINT are requests and do not end the process. A signal to one rank
/// is enough: all ranks decide in `asked` together, so all stop at the same place.
class StopRequest {
 public:
  /// Only rank 0 looks for `stop_file`.
  StopRequest(Communicator world, std::optional<double> max_hours, std::filesystem::path stop_file);
  ~StopRequest();
  StopRequest(const StopRequest&) = delete;
  StopRequest& operator=(const StopRequest&) = delete;

  /// The status to end with, if a stop is requested. Collective.
  std::optional<ExitStatus> asked() const;
  /// The reason, after `asked` returned a status: "SIGUSR1", "--max-hours", "OUT/STOP". Only rank 0 knows of the file.
  std::string reason() const;

 private:
  Communicator world_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  std::filesystem::path stop_file_;
};

}  // namespace pinpoint::parallel
