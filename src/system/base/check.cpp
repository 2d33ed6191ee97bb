#include "system/base/check.h"

namespace pinpoint::detail {

void contract_broken(const char* condition, const char* file, int line) {
  throw std::logic_error(fmt::format("{}:{}: expects {}", file, line, condition));
}

}  // namespace pinpoint::detail
