/// \file
/// Bytes as text (RFC 4648, section 4).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pinpoint::files {

/// The bytes that `text` encodes. None if it is not base64: it has another character, a length that is not a multiple
/// of four, or padding before its end.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace pinpoint::files
