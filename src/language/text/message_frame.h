/// \file
/// The text that a chat template writes around a message.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "language/text/prompt.h"

namespace pinpoint::text {

/// The place of the message in a template's text.
inline constexpr std::string_view placeholder = "{content}";

struct MessageFrame {
  Prompt before, after;
};

/// Splits `text` at its placeholder. `special_forms` become special tokens. None unless the placeholder occurs exactly
/// once.
std::optional<MessageFrame> split_frame(std::string_view text, const std::vector<std::string>& special_forms);

}  // namespace pinpoint::text
