#include "system/files/set_aside.h"

#include <fmt/format.h>
#include <system_error>

#include "system/base/check.h"
#include "system/base/log.h"
#include "system/files/text_file.h"

namespace pinpoint::files {

namespace fs = std::filesystem;

std::optional<fs::path> set_aside(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(fs::symlink_status(path, error))) return std::nullopt;
  fs::path old;
  for (int n = 1; old.empty() || fs::exists(fs::symlink_status(old, error)); ++n)
    old = fmt::format("{}.old-{}", path.string(), n);
  fs::rename(path, old, error);
  validate(!error, "{}: cannot be set aside ({}); check permissions", path.string(), error.message());
  return old;
}

void write_beside_old(const fs::path& path, std::string_view bytes) {
  std::error_code error;
  if (fs::is_regular_file(path, error) && read_file(path) == bytes) return;
  if (const auto old = set_aside(path)) log_info("set aside: {}", old->string());
  write_atomically(path, bytes);
}

}  // namespace pinpoint::files
