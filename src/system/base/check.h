/// \file
/// There are two kinds of mistakes. A mistake of the user or the machine (a broken file, an unknown key, a full disk)
/// is a `UserError`. `validate` checks for it in every build. Its message is one sentence: "what is wrong, where (why
/// it is wrong); what to do". A programmer's mistake is a broken contract. PINPOINT_EXPECT checks for it, in the dev
/// and audit builds only.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace pinpoint {

/// Exit statuses of the program.
enum class ExitStatus : int {
  done = 0,
  failure = 1,         ///< something other than the user's input failed
  user_error = 2,      ///< the user's input, or the place to write to, is wrong
  stopped_early = 75,  ///< everything saved; run the same command again
  stop_file = 76,      ///< the same, requested by the file OUT/STOP
};

/// Ends the program with a given exit status. Its text is the only message that the user sees.
class Error : public std::runtime_error {
 public:
  Error(ExitStatus status, const std::string& message) : std::runtime_error(message), status_(status) {}
  ExitStatus status() const { return status_; }

 private:
  ExitStatus status_;
};

/// The user's input or the place to write to is wrong: exit status 2.
class UserError : public Error {
 public:
  explicit UserError(const std::string& message) : Error(ExitStatus::user_error, message) {}
};

/// The run itself failed: exit status 1.
class Failure : public Error {
 public:
  explicit Failure(const std::string& message) : Error(ExitStatus::failure, message) {}
};

/// Throws a `UserError` with the formatted message unless `condition` holds.
template <class... Args>
void validate(bool condition, fmt::format_string<Args...> message, Args&&... args) {
  if (!condition) [[unlikely]]
    throw UserError(fmt::format(message, std::forward<Args>(args)...));
}

namespace detail {
[[noreturn]] void contract_broken(const char* condition, const char* file, int line);
}  // namespace detail

}  // namespace pinpoint

#ifdef PINPOINT_CHECKS
#define PINPOINT_EXPECT(condition) \
  ((condition) ? void(0) : ::pinpoint::detail::contract_broken(#condition, __FILE__, __LINE__))
#else
#define PINPOINT_EXPECT(condition) void(0)
#endif
