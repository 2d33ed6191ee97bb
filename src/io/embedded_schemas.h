/// \file
/// The texts of hdf5_schemas/*.yaml; cmake/EmbedSchemas.cmake makes the .cpp when the program is built.
#pragma once

#include <span>
#include <string_view>

namespace pinpoint::io {

struct EmbeddedSchema {
  std::string_view name;  ///< of the file, without .yaml
  std::string_view text;
};

std::span<const EmbeddedSchema> embedded_schemas();

}  // namespace pinpoint::io
