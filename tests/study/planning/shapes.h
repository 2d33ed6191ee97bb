/// \file
/// Models for the tests of the cost model.
#pragma once

#include <string>

#include "model/pretrained/model_shape.h"
#include "study/planning/memory.h"
#include "study/planning/model_size.h"
#include "study/planning/sweep_cost.h"

namespace pinpoint::test {

/// Rows computed whole, in bf16.
inline constexpr planning::SweepPrecision whole_bf16{planning::SweepPrecision::Rows::whole,
                                                     transformer::Activations::rounded};

/// Bytes of the part of that name, 0 where there is none.
inline double part(const planning::Memory& memory, const std::string& name) {
  for (const planning::MemoryPart& each : memory.parts)
    if (each.name == name) return each.bytes;
  return 0;
}

/// A model of configs/models/.
inline planning::Model published(const std::string& name) {
  return {pretrained::find_model_shape("no such folder/" + name).config, transformer::DType::bf16};
}

/// d 10, 2 heads of width 4, 1 key/value head, f 6: none of its tensors has a multiple of 64 bytes.
inline transformer::ModelConfig odd_shape(transformer::Architecture architecture) {
  transformer::ModelConfig config;
  config.architecture = architecture;
  config.layers = 3;
  config.heads = 2;
  config.kv_heads = 1;
  config.width = 10;
  config.head_width = 4;
  config.mlp_width = 6;
  config.vocabulary = 7;
  return config;
}

}  // namespace pinpoint::test
