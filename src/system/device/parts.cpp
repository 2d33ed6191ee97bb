#include "system/device/parts.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>

#ifndef _OPENMP
#error "at::parallel_for runs on one thread without OpenMP (CMakeLists.txt)"
#endif

namespace pinpoint::device {

void for_each_part(std::int64_t size, std::int64_t part,
                   const std::function<void(std::int64_t first, std::int64_t count)>& visit) {
  const std::int64_t parts = (size + part - 1) / part;
  std::atomic<std::int64_t> next = 0;
  at::parallel_for(0, std::min<std::int64_t>(parts, at::get_num_threads()), 1, [&](std::int64_t, std::int64_t) {
    for (std::int64_t i = next++; i < parts; i = next++) visit(i * part, std::min(part, size - i * part));
  });
}

}  // namespace pinpoint::device
