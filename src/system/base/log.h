/// \file
/// The program's log. Only rank 0 writes debug and info lines. Every rank writes warnings and errors, with its number.
/// Only log.cpp uses Boost.Log.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace pinpoint {

enum class LogLevel { debug, info, warning, error };

/// \param name "debug", "info", "warning" or "error" \throws UserError for any other
LogLevel parse_log_level(std::string_view name);

/// While it lives, messages go to standard error and, after `write_to`, also to a file.
/// One object per process. Without one (as in most tests), warnings and errors go to standard error.
class LogSession {
 public:
  LogSession(int rank, int world_size, LogLevel level);
  ~LogSession();
  LogSession(const LogSession&) = delete;
  LogSession& operator=(const LogSession&) = delete;

  /// Also appends every message to `file`, with date and time and without colours.
  /// \throws UserError if the file cannot be opened
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
