#include "language/text/template_file.h"

#include <map>

#include "system/base/check.h"
#include "system/files/text_file.h"
#include "system/files/yaml_document.h"

namespace pinpoint::text {
namespace {

constexpr std::string_view keys = "system, user, assistant and generation";

std::map<std::string, std::string> texts_in(const YAML::Node& root, const std::string& name) {
  validate(root.IsMap(), "{}: is no chat template; write the keys {}, each with a text", name, keys);
  std::map<std::string, std::string> texts;
  for (const auto& entry : root) {
    const std::string place = files::place_of(entry.first, name);
    validate(entry.first.IsScalar() && entry.second.IsScalar(),
             "{}: a key without a text; write the keys {}, each "
             "with a text",
             place, keys);
    const std::string& key = entry.first.Scalar();
    validate(key == "system" || key == "user" || key == "assistant" || key == "generation",
             "{}: unknown key {}; the known ones are {}", place, key, keys);
    validate(texts.emplace(key, entry.second.Scalar()).second, "{}: the key {} occurs twice; keep one of them", place,
             key);
  }
  return texts;
}

std::string required(const std::map<std::string, std::string>& texts, const std::string& key, const std::string& name) {
  const auto found = texts.find(key);
  validate(found != texts.end(), "{}: the key {} is missing; write the keys {}, each with a text", name, key, keys);
  return found->second;
}

}  // namespace

TemplateTexts read_template(const std::filesystem::path& file) {
  const std::string name = file.string();
  const auto texts = texts_in(files::parse_yaml(files::read_file(file), name), name);
  TemplateTexts read{.system = {},
                     .user = required(texts, "user", name),
                     .assistant = required(texts, "assistant", name),
                     .generation = required(texts, "generation", name)};
  if (texts.contains("system")) read.system = texts.at("system");
  return read;
}

}  // namespace pinpoint::text
