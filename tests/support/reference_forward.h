/// \file
/// A straightforward forward pass in float64 for every family, head by head over the whole prompt, written from the
/// publishers' equations. It shares no code with src/model, which is tested against it where saved reference values are
/// missing.
#pragma once

#include <ATen/core/Tensor.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>

#include "language/text/tokenizer.h"
#include "model/pretrained/safetensors.h"
#include "system/base/head_id.h"

namespace pinpoint::test {

class ReferenceForward {
 public:
  /// \param folder of config.json and model.safetensors
  explicit ReferenceForward(const std::filesystem::path& folder);

  /// [T, V] float64.
  at::Tensor logits(const text::TokenIds& ids) const;

  /// [L, T, d] float64: the residual stream after every layer.
  at::Tensor residuals(const text::TokenIds& ids) const;

  /// [V] float64: the logits at END of `reference`, with the output of `head` at END taken from `counterfactual`, and
  /// the attention inputs of all later layers at END taken from the unpatched pass.
  at::Tensor patched_logits(const text::TokenIds& reference, const text::TokenIds& counterfactual, HeadId head) const;

 private:
  /// May change a layer's attention input [T, d], its heads' outputs [T, H*e] and its residual stream [T, d].
  struct Hooks {
    std::function<void(std::int64_t layer, at::Tensor& input)> attention_input;
    std::function<void(std::int64_t layer, at::Tensor& z)> head_output;
    std::function<void(std::int64_t layer, at::Tensor& x)> layer_output;
  };

  at::Tensor run(const text::TokenIds& ids, const Hooks& hooks) const;
  at::Tensor weight(const std::string& name) const;
  at::Tensor layer_weight(std::int64_t layer, const char* llama_name, const char* qwen_name) const;
  /// Rows of queries (part 0), keys (1) or values (2), with their bias: [T, n*e].
  at::Tensor project(std::int64_t layer, int part, const at::Tensor& n) const;
  at::Tensor rotate(const at::Tensor& head, std::int64_t length) const;
  double frequency(std::int64_t i, std::int64_t length) const;
  at::Tensor heads(std::int64_t layer, const at::Tensor& n) const;
  at::Tensor norm(const at::Tensor& x, const at::Tensor& weight) const;
  bool sees(std::int64_t layer, std::int64_t query, std::int64_t key) const;

  nlohmann::json config_;
  pretrained::SafetensorsFile file_;
  bool is_qwen_;
  std::int64_t layers_, heads_, groups_, width_;  // L, H, G, e
};

}  // namespace pinpoint::test
