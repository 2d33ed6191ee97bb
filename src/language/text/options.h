/// \file
/// How messages become a prompt (config: `model.chat_template`, `model.system_message`).
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace pinpoint::text {

struct ChatOptions {
  std::string chat_template = "auto";         ///< auto, a family's name, or a file in YAML or Jinja
  std::optional<std::string> system_message;  ///< none: the family's rule
};

/// Whether `chat_template` names a file and not a family: it has a folder, or one of the endings of template files.
inline bool names_template_file(const std::filesystem::path& chat_template) {
  const auto ending = chat_template.extension();
  return chat_template.has_parent_path() || ending == ".yaml" || ending == ".yml" || ending == ".jinja";
}

}  // namespace pinpoint::text
