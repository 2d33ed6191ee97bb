/// \file
/// Files of the project that travel inside the program; cmake/EmbedTexts.cmake makes the .cpp when it is built.
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
