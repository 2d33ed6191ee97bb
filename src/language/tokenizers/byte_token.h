/// \file
/// Tokens that write one byte in hexadecimal: "<0x0A>".
#pragma once

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace pinpoint::tokenizers {

inline std::string byte_token(unsigned char byte) { return fmt::format("<0x{:02X}>", byte); }

/// The byte of `token`, if it is such a token.
inline std::optional<char> byte_of_token(std::string_view token) {
  if (token.size() != 6 || !token.starts_with("<0x") || !token.ends_with('>')) return std::nullopt;
  unsigned value = 0;
  const char* const end = token.data() + 5;
  const auto [stop, error] = std::from_chars(token.data() + 3, end, value, 16);
  if (error != std::errc() || stop != end) return std::nullopt;
  return static_cast<char>(value);
}

}  // namespace pinpoint::tokenizers
