/// \file
/// This machine's memory.
#pragma once

#include <cstdint>

namespace pinpoint {

/// Bytes that new work may take without swapping (MemAvailable of /proc/meminfo, and no more than what the control
/// group of this process still allows); 0 where the system does not tell.
std::int64_t available_memory();

}  // namespace pinpoint
