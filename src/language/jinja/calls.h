/// \file
/// What templates can call by name: functions, filters and tests.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "language/jinja/value.h"

namespace pinpoint::jinja {

/// `value | NAME(arguments)`. \throws TemplateError for a filter, or an argument of it, that is not supported
Value apply_filter(const std::string& name, const Value& value, const Arguments& arguments);

/// `value is NAME(arguments)`. \throws TemplateError for a test, or an argument of it, that is not supported
bool passes_test(const std::string& name, const Value& value, const Arguments& arguments);

/// range, namespace, dict, raise_exception, and `strftime_now`, whose day is always 26 Jul 2024: the functions that
/// transformers offers.
const std::vector<std::pair<std::string, Value>>& functions();

}  // namespace pinpoint::jinja
