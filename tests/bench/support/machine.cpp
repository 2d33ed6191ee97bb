#include "bench/support/machine.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>
#include <thread>

#include "system/base/version.h"
#include "system/device/threads.h"
#include "system/parallel/versions.h"

namespace pinpoint::bench {
namespace {

/// The value of the first line of /proc/cpuinfo that begins with `key`; empty if there is none.
std::string cpuinfo(const std::string& key) {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(key)) return line.substr(line.find(':') + 2);
  return {};
}

std::string matrix_flags() {
  std::istringstream flags(cpuinfo("flags"));
  std::string found;
  for (std::string flag; flags >> flag;)
    for (const char* wanted : {"avx2", "fma", "avx512f", "avx512_bf16", "amx_tile", "amx_bf16", "amx_int8"})
      if (flag == wanted) found += (found.empty() ? "" : " ") + flag;
  return found.empty() ? "none known" : found;
}

}  // namespace

Machine this_machine() {
  Machine machine;
  machine.date = fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(std::time(nullptr)));
  machine.processor = fmt::format("{}, {} cores", cpuinfo("model name"), std::thread::hardware_concurrency());
  machine.matrix_units = matrix_flags();
  machine.libraries = fmt::format("pinpoint {} ({}), LibTorch {}, {}", software_version(), software_commit(),
                                  parallel::torch_version(), device::blas_description());
  if (getloadavg(&machine.load_before, 1) != 1) machine.load_before = 0;
  return machine;
}

}  // namespace pinpoint::bench
