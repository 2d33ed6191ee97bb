/// \file
/// A model's shape, wherever it can be had: no weights are needed.
#pragma once

#include <filesystem>
#include <string>

#include "model/transformer/model_config.h"

namespace pinpoint::pretrained {

struct ModelShape {
  transformer::ModelConfig config;
  std::string source;  ///< in words, where it is from
};

/// From `folder`/config.json; where there is none, the published shape of a model that is called like the folder and
/// that the program knows (configs/models/).
/// \throws UserError naming the known ones when there is neither; as parse_model_config for a broken file
ModelShape find_model_shape(const std::filesystem::path& folder);

}  // namespace pinpoint::pretrained
