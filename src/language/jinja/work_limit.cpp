#include "language/jinja/work_limit.h"

#include "language/jinja/error.h"

namespace pinpoint::jinja {
namespace {

constexpr std::size_t most_units = 200'000'000, units_of_step = 200;
constexpr int most_calls = 100;
thread_local std::size_t spent = 0;
thread_local int calls = 0;

}  // namespace

WorkLimit::WorkLimit() : before_(spent) { spent = 0; }

WorkLimit::~WorkLimit() { spent = before_; }

void spend(std::size_t units) {
  spent += units;
  if (spent > most_units) throw TemplateError("the template does not come to an end");
}

void spend_step() { spend(units_of_step); }

MacroCall::MacroCall() {
  if (calls == most_calls) throw TemplateError("macros are nested too deeply");
  ++calls;
}

MacroCall::~MacroCall() { --calls; }

}  // namespace pinpoint::jinja
