#include "language/jinja/scope.h"

namespace pinpoint::jinja {
namespace {

constexpr int most_calls = 100;

}  // namespace

Budget::Call::Call(Budget& budget) : budget_(budget) {
  if (budget.calls_ == most_calls) throw TemplateError("macros are nested too deeply");
  ++budget.calls_;
}

Scope::Scope(std::shared_ptr<const Scope> outer) : budget_(outer->budget_), outer_(std::move(outer)) {}

Value Scope::get(const std::string& name) const {
  for (const Scope* scope = this; scope; scope = scope->outer_.get())
    if (const auto found = scope->names_.find(name); found != scope->names_.end()) return found->second;
  return Undefined{name};
}

}  // namespace pinpoint::jinja
