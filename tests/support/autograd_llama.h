/// \file
/// A small Llama in LibTorch's own operations. Its autograd gives every gradient, with which our backward pass and its
/// speed are compared.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <utility>
#include <vector>

#include "model/transformer/model_config.h"
#include "model/transformer/rotary.h"
#include "model/weights/tensor_source.h"

namespace pinpoint::test {

class AutogradLlama {
 public:
  /// Copies the float32 weights of an untied Llama without grouped queries.
  AutogradLlama(const transformer::ModelConfig& config, weights::TensorSource& source);

  /// Logits [n, V] at `positions` [n] of ids.flatten(), ids [B, T]. Every head's output is multiplied by head_mask
  /// [L, B, H], unless that is undefined.
  at::Tensor logits(const at::Tensor& ids, const at::Tensor& positions, const at::Tensor& head_mask = {}) const;

  /// All weights, with the names and in the order of the Llama of the transformers library.
  const std::vector<std::pair<std::string, at::Tensor>>& weights() const { return weights_; }
  const transformer::ModelConfig& config() const { return config_; }

 private:
  struct Layer {
    at::Tensor attention_norm, query, key, value, output, mlp_norm, gate, up, down;
  };
  at::Tensor take(weights::TensorSource& source, const std::string& name, const std::vector<std::int64_t>& shape);
  Layer take_layer(weights::TensorSource& source, std::int64_t index);
  at::Tensor attention(const Layer& layer, const at::Tensor& x, std::int64_t batch,
                       const transformer::RotaryAngles& angles, const at::Tensor& head_mask) const;
  at::Tensor mlp(const Layer& layer, const at::Tensor& x) const;

  transformer::ModelConfig config_;
  transformer::Rotary rotary_;
  std::vector<std::pair<std::string, at::Tensor>> weights_;
  at::Tensor embedding_, final_norm_, unembedding_;
  std::vector<Layer> layers_;
};

}  // namespace pinpoint::test
