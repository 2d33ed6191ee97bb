/// \file
/// Numbers in texts.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>

namespace pinpoint {

/// The whole of `text` as a number, whatever the locale; none if it is not one, or too large for the type.
template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

}  // namespace pinpoint
