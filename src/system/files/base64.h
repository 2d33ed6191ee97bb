/// \file
/// Bytes as text (RFC 4648, section 4).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pinpoint::files {

/// The bytes that `text` writes, or none if it is no base64: another character, a length that is no multiple of four,
/// or padding that is not at the end.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace pinpoint::files
