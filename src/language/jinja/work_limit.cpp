#include "language/jinja/work_limit.h"

#include "language/jinja/error.h"

namespace pinpoint::jinja {
namespace {

constexpr std::size_t most_units = 200'000'000;
thread_local std::size_t spent = 0;

}  // namespace

WorkLimit::WorkLimit() : before_(spent) { spent = 0; }

WorkLimit::~WorkLimit() { spent = before_; }

void spend(std::size_t units) {
  spent += units;
  if (spent > most_units) throw TemplateError("the template does not come to an end");
}

}  // namespace pinpoint::jinja
