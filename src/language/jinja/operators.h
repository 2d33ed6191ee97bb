/// \file
/// Operators on values, as Python defines them.
#pragma once

#include <string_view>

#include "language/jinja/value.h"

namespace pinpoint::jinja {

/// +, -, *, /, //, %, **, ~ (joins as texts), ==, !=, <, <=, >, >=, in.
/// \throws TemplateError for operands without this operator
Value apply(std::string_view op, const Value& left, const Value& right);

Value negative(const Value& value);

}  // namespace pinpoint::jinja
