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

/// range, namespace, dict, raise_exception, and `strftime_now`, whose day is always 26 Jul 2024: the functions that
/// transformers offers.
const std::vector<std::pair<std::string, Value>>& functions();

}  // namespace pinpoint::jinja
