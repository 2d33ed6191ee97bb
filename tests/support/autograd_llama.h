/// \file
/// A small Llama in LibTorch's own operations, so that its autograd gives every gradient: what our backward passes and
/// their speed are compared with.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "model/model_config.h"
#include "model/rotary.h"
#include "model/tensor_source.h"

namespace pinpoint::test {

class AutogradLlama {
 public:
  /// Random weights, float32 on the CPU: deviation 1/sqrt(fan in), a branch's last projection divided by sqrt(2 L).
  AutogradLlama(const model::ModelConfig& config, Random random);

  /// Logits [positions, V] at chosen `positions` [n] of ids.flatten(), ids [B, T]. head_mask [L, B, H] (undefined:
  /// none) is multiplied with every head's output.
  at::Tensor logits(const at::Tensor& ids, const at::Tensor& positions, const at::Tensor& head_mask = {}) const;

  /// All weights under the names of transformers' Llama, in the order of its checkpoints.
  const std::vector<std::pair<std::string, at::Tensor>>& weights() const { return weights_; }
  const model::ModelConfig& config() const { return config_; }

 private:
  struct Layer {
    at::Tensor attention_norm, query, key, value, output, mlp_norm, gate, up, down;
  };
  at::Tensor add(std::string name, at::Tensor weight);
  Layer make_layer(std::int64_t index, Random& random);
  at::Tensor attention(const Layer& layer, const at::Tensor& x, std::int64_t batch, const model::RotaryAngles& angles,
                       const at::Tensor& head_mask) const;
  at::Tensor mlp(const Layer& layer, const at::Tensor& x) const;

  model::ModelConfig config_;
  model::Rotary rotary_;
  std::vector<std::pair<std::string, at::Tensor>> weights_;
  at::Tensor embedding_, final_norm_, unembedding_;
  std::vector<Layer> layers_;
};

/// The same weights for the program's own store. \pre the model outlives it
class AutogradWeights final : public model::TensorSource {
 public:
  explicit AutogradWeights(const AutogradLlama& llama) : tensors_(llama.weights().begin(), llama.weights().end()) {}
  at::Tensor read(const std::string& name, const std::vector<std::int64_t>&) override {
    return tensors_.at(name).detach();
  }
  bool contains(const std::string& name) const override { return tensors_.contains(name); }

 private:
  std::map<std::string, at::Tensor> tensors_;
};

}  // namespace pinpoint::test
