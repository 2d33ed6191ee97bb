/// \file
/// The text that a chat template writes around a message.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "language/text/prompt.h"

namespace pinpoint::text {

/// The place of the message in a template's text.
inline constexpr std::string_view placeholder = "{content}";

struct MessageFrame {
  Prompt before, after;
};

/// What is before and after the placeholder in `text`. None unless it occurs exactly once.
std::optional<std::pair<std::string_view, std::string_view>> split_at_placeholder(std::string_view text);

/// The same with `special_forms` as special tokens.
std::optional<MessageFrame> split_frame(std::string_view text, const std::vector<std::string>& special_forms);

}  // namespace pinpoint::text
