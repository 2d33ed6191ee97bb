#include "system/base/terminal.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace pinpoint {
namespace {

std::string link_target(const std::string& path) {
  std::error_code none;
  return std::filesystem::read_symlink(path, none).string();
}

/// mpirun gives its ranks pipes and copies them to its own standard error, which the user reads.
bool launcher_writes_to_terminal() {
  const std::string launcher = fmt::format("/proc/{}", getppid());
  std::string name;
  std::getline(std::ifstream(launcher + "/comm"), name);
  if (name != "mpirun" && name != "orterun" && name != "prterun" && name != "mpiexec") return false;
  const std::string target = link_target(launcher + "/fd/2");
  return target.starts_with("/dev/pts/") || target.starts_with("/dev/tty");
}

}  // namespace

bool writes_to_terminal() { return isatty(STDERR_FILENO) == 1 || launcher_writes_to_terminal(); }

bool shows_colour() {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool unwanted = no_colour && *no_colour != '\0';
  return !unwanted && terminal && std::string_view(terminal) != "dumb" && writes_to_terminal();
}

std::string without_colour(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const std::size_t escape = text.find("\033[");
    plain += text.substr(0, escape);
    if (escape == std::string_view::npos) break;
    const std::size_t end = text.find('m', escape);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return plain;
}

}  // namespace pinpoint
