/// \file
/// What templates can call by name: functions, filters and tests.
#pragma once

#include <functional>
#include <string>

#include "language/jinja/value.h"

namespace pinpoint::jinja {

using Filter = std::function<Value(const Value&, const Arguments&)>;
using Test = std::function<bool(const Value&, const Arguments&)>;

/// `value | NAME`. \throws TemplateError for a filter that is not known
const Filter& filter(const std::string& name);

/// `value is NAME`. \throws TemplateError for a test that is not known
const Test& test(const std::string& name);

/// range, namespace, dict, raise_exception: what transformers offers, without `strftime_now`, because prompts must not
/// depend on the day.
const std::vector<std::pair<std::string, Value>>& functions();

}  // namespace pinpoint::jinja
