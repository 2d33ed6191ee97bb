#include "language/jinja/scope.h"

namespace pinpoint::jinja {

Value Scope::get(const std::string& name) const {
  for (const Scope* scope = this; scope; scope = scope->outer_.get())
    if (const auto found = scope->names_.find(name); found != scope->names_.end()) return found->second;
  return Undefined{name};
}

}  // namespace pinpoint::jinja
