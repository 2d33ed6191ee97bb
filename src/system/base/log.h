/// \file
/// The program's log: `info` is said by rank 0 alone, warnings and errors by every rank, with its number.
/// Boost.Log stands behind these few functions and is seen by log.cpp only.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace pinpoint {

enum class LogLevel { debug, info, warning, error };

/// "debug", "info", "warning" or "error"; anything else is a UserError.
LogLevel parse_log_level(std::string_view name);

/// While it lives, messages go to standard error and, once `write_to` was called, to a file as well.
/// One object per process; without one (as in most tests) messages of level warning and above go to standard error.
class LogSession {
 public:
  LogSession(int rank, int world_size, LogLevel level);
  ~LogSession();
  LogSession(const LogSession&) = delete;
  LogSession& operator=(const LogSession&) = delete;

  /// Also appends every message to `file`, each line with date and time.
  void write_to(const std::filesystem::path& file);
};

namespace detail {
void write_log(LogLevel level, const std::string& message);
bool log_enabled(LogLevel level);
}  // namespace detail

template <class... Args>
void log(LogLevel level, fmt::format_string<Args...> format, Args&&... args) {
  if (detail::log_enabled(level)) detail::write_log(level, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void log_debug(fmt::format_string<Args...> format, Args&&... args) {
  log(LogLevel::debug, format, std::forward<Args>(args)...);
}
template <class... Args>
void log_info(fmt::format_string<Args...> format, Args&&... args) {
  log(LogLevel::info, format, std::forward<Args>(args)...);
}
template <class... Args>
void log_warning(fmt::format_string<Args...> format, Args&&... args) {
  log(LogLevel::warning, format, std::forward<Args>(args)...);
}
template <class... Args>
void log_error(fmt::format_string<Args...> format, Args&&... args) {
  log(LogLevel::error, format, std::forward<Args>(args)...);
}

}  // namespace pinpoint
