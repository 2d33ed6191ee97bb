/// \file
/// Work in parts that the threads of a rank take in turn.
#pragma once

#include <cstdint>
#include <functional>

namespace pinpoint::device {

/// Calls visit(first, count) for consecutive parts of 0 .. size-1, each of `part` elements but the last. A thread that
/// is free takes the next part. The parts do not depend on the number of threads (set_threads).
void for_each_part(std::int64_t size, std::int64_t part,
                   const std::function<void(std::int64_t first, std::int64_t count)>& visit);

}  // namespace pinpoint::device
