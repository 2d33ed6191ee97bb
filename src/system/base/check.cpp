#include "system/base/check.h"

namespace pinpoint::detail {

void contract_broken(const char* kind, const char* condition, const char* file, int line) {
  throw std::logic_error(fmt::format("{}:{}: {} {}", file, line, kind, condition));
}

}  // namespace pinpoint::detail
