#include "language/text/message_frame.h"

namespace pinpoint::text {

std::optional<std::pair<std::string_view, std::string_view>> split_at_placeholder(std::string_view text) {
  const std::size_t at = text.find(placeholder);
  if (at == std::string_view::npos || text.find(placeholder, at + 1) != std::string_view::npos) return std::nullopt;
  return std::pair{text.substr(0, at), text.substr(at + placeholder.size())};
}

std::optional<MessageFrame> split_frame(std::string_view text, const std::vector<std::string>& special_forms) {
  const auto parts = split_at_placeholder(text);
  if (!parts) return std::nullopt;
  return MessageFrame{split_at_special_forms(parts->first, special_forms),
                      split_at_special_forms(parts->second, special_forms)};
}

}  // namespace pinpoint::text
