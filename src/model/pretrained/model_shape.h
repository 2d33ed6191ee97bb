/// \file
/// A model's shape, without its weights.
#pragma once

#include <filesystem>
#include <string>

#include "model/transformer/model_config.h"

namespace pinpoint::pretrained {

struct ModelShape {
  transformer::ModelConfig config;
  std::string source;  ///< in words
};

/// From `folder`/config.json, or else the published shape of the model named like the folder, from configs/models/.
/// \throws UserError with the known names if there is neither; like parse_model_config for a broken file
ModelShape find_model_shape(const std::filesystem::path& folder);

}  // namespace pinpoint::pretrained
