/// \file
/// How messages become a prompt (config: `model.chat_template`, `model.system_message`).
#pragma once

#include <optional>
#include <string>

namespace pinpoint::text {

struct ChatOptions {
  std::string chat_template = "auto";         ///< auto, a family's name, or a YAML file
  std::optional<std::string> system_message;  ///< none: the family's rule
};

}  // namespace pinpoint::text
