/// \file
/// How messages become a prompt (config: `model.chat_template`, `model.system_message`).
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace pinpoint::text {

struct ChatOptions {
  std::string chat_template = "auto";         ///< auto, a family's name, or a YAML file
  std::optional<std::string> system_message;  ///< none: the family's rule
};

/// Whether `chat_template` names a YAML file and not a family: it has a folder, or ends with .yaml or .yml.
inline bool names_template_file(const std::filesystem::path& chat_template) {
  return chat_template.has_parent_path() || chat_template.extension() == ".yaml" || chat_template.extension() == ".yml";
}

}  // namespace pinpoint::text
