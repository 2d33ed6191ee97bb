/// \file
/// The shape of Llama-2 7B, as far as index arithmetic needs it.
#pragma once

#include "model/transformer/model_config.h"

namespace pinpoint::patching {

inline transformer::ModelConfig model_7b() {
  transformer::ModelConfig config;
  config.layers = config.heads = config.kv_heads = 32;
  config.width = 4096;
  config.head_width = 128;
  config.mlp_width = 11008;
  return config;
}

}  // namespace pinpoint::patching
