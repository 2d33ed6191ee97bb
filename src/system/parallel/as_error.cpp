#include "system/parallel/as_error.h"

#include <c10/util/Exception.h>

#include <new>

namespace pinpoint::parallel {

Error as_error(const std::exception& exception) {
  if (const auto* own = dynamic_cast<const Error*>(&exception)) return *own;
  if (dynamic_cast<const std::bad_alloc*>(&exception))
    return Failure("out of memory; use fewer ranks on this node, a smaller sweep.block, or bf16");
  if (const auto* of_torch = dynamic_cast<const c10::Error*>(&exception))
    return Failure(of_torch->what_without_backtrace());
  return Failure(exception.what());
}

}  // namespace pinpoint::parallel
