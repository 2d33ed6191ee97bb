/// \file
/// What a chat template writes around a message.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "language/text/prompt.h"

namespace pinpoint::text {

/// Where the message goes in a template's text.
inline constexpr std::string_view placeholder = "{content}";

struct MessageFrame {
  Prompt before, after;
};

/// What `text` says before and behind its placeholder, `special_forms` as special tokens; none unless the placeholder
/// stands there exactly once.
std::optional<MessageFrame> split_frame(std::string_view text, const std::vector<std::string>& special_forms);

}  // namespace pinpoint::text
