/// \file
/// Files of the project that are compiled into the program. cmake/EmbedTexts.cmake generates the .cpp file.
#pragma once

#include <span>
#include <string_view>

namespace pinpoint::files {

struct EmbeddedText {
  std::string_view name;
  std::string_view text;
};

/// hdf5_schemas/NAME.yaml.
std::span<const EmbeddedText> embedded_schemas();
/// configs/models/NAME/config.json.
std::span<const EmbeddedText> embedded_models();
/// configs/gpus.yaml.
std::string_view embedded_gpus();

}  // namespace pinpoint::files
