/// \file
/// What Python's str can do, as functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "language/jinja/value.h"

namespace pinpoint::jinja {

enum class Side { left, right, both };

/// `text` without the characters in `characters` at its ends; none: without white space.
Text stripped(const Text& text, Side side, std::optional<std::string_view> characters);

/// The parts between occurrences of `separator`, or between runs of white space if there is none; at most `most` cuts,
/// from the right if `from_right`.
List split(const Text& text, std::optional<std::string_view> separator, std::int64_t most, bool from_right);

/// The lines of a text without their ends, which are those of Python's splitlines.
List lines_of(const Text& text);

/// `text` with the first `most` occurrences of `from` replaced. Negative: all.
Text replaced(const Text& text, std::string_view from, const Text& to, std::int64_t most);

enum class Case { upper, lower, capitalized, title };

/// \throws TemplateError for capitals (`capitalized`, `title`) outside ASCII
Text in_case(const Text& text, Case letters);

Text joined(const List& parts, const Text& separator);

}  // namespace pinpoint::jinja
