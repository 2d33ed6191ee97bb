#include "model/pretrained/model_shape.h"

#include <fmt/ranges.h>

#include <vector>

#include "model/pretrained/model_config_file.h"
#include "system/base/check.h"
#include "system/files/embedded_texts.h"
#include "system/files/text_file.h"

namespace pinpoint::pretrained {

ModelShape find_model_shape(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "config.json";
  std::error_code none;
  if (std::filesystem::exists(file, none))
    return {parse_model_config(files::read_file(file), file.string()), file.string()};

  // A path may end in a slash.
  const std::string name = (folder.has_filename() ? folder : folder.parent_path()).filename().string();
  std::vector<std::string_view> known;
  for (const files::EmbeddedText& model : files::embedded_models()) {
    if (model.name == name) return {parse_model_config(model.text, name), "the published shape of " + name};
    known.push_back(model.name);
  }
  throw UserError(
      fmt::format("{}: does not exist, and {} is not a model with a known shape; give a folder with a config.json as "
                  "model.path, or a name among {}",
                  file.string(), name, fmt::join(known, ", ")));
}

}  // namespace pinpoint::pretrained
