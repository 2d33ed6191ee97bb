/// \file
/// The running program, as a command sees it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "system/base/log.h"
#include "system/parallel/communicator.h"

namespace pinpoint::stages {

/// The options that all commands share.
struct CommonOptions {
  std::string config;            ///< the YAML file; empty for commands without one
  std::vector<std::string> set;  ///< "key.path=value", overrides the file
  std::optional<double> max_hours;
  LogLevel log_level = LogLevel::info;
  bool is_read_only = false;  ///< the command writes no files: separate processes may run it side by side
};

/// The running program, as a command sees it.
struct Session {
  parallel::Communicator world;
  LogSession& log;
  CommonOptions options;
};

}  // namespace pinpoint::stages
