#include "language/text/message_frame.h"

namespace pinpoint::text {

std::optional<MessageFrame> split_frame(std::string_view text, const std::vector<std::string>& special_forms) {
  const std::size_t at = text.find(placeholder);
  if (at == std::string_view::npos || text.find(placeholder, at + 1) != std::string_view::npos) return std::nullopt;
  return MessageFrame{split_at_special_forms(text.substr(0, at), special_forms),
                      split_at_special_forms(text.substr(at + placeholder.size()), special_forms)};
}

}  // namespace pinpoint::text
