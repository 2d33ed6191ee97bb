/// \file
/// This machine's memory.
#pragma once

#include <cstdint>

namespace pinpoint {

/// Bytes that new work may take without swapping: MemAvailable of /proc/meminfo, but at most what the control group of
/// this process still allows. 0 if unknown.
std::int64_t available_memory();

}  // namespace pinpoint
