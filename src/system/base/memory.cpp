#include "system/base/memory.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>

namespace pinpoint {
namespace {

std::optional<std::int64_t> number_in(const std::string& file) {
  std::ifstream in(file);
  std::int64_t value = 0;
  if (in >> value) return value;  // "max" is not a number: no limit
  return std::nullopt;
}

std::int64_t free_of_machine() {
  std::ifstream in("/proc/meminfo");
  for (std::string key, unit; in >> key;) {
    std::int64_t kilobytes = 0;
    in >> kilobytes;
    std::getline(in, unit);
    if (key == "MemAvailable:") return kilobytes * 1024;
  }
  return 0;
}

/// The control group that Slurm or a container puts this process in (version 2 of the interface).
std::optional<std::int64_t> free_of_control_group() {
  std::ifstream in("/proc/self/cgroup");
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("0::", 0) != 0) continue;
    const std::string folder = "/sys/fs/cgroup" + line.substr(3);
    const auto limit = number_in(folder + "/memory.max");
    const auto used = number_in(folder + "/memory.current");
    if (limit && used) return std::max<std::int64_t>(0, *limit - *used);
  }
  return std::nullopt;
}

}  // namespace

std::int64_t available_memory() {
  const std::int64_t machine = free_of_machine();
  const auto group = free_of_control_group();
  return group ? std::min(machine, *group) : machine;
}

}  // namespace pinpoint
