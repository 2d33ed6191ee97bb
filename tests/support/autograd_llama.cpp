#include "support/autograd_llama.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/triu.h>
#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "model/transformer/rms_norm.h"
#include "model/transformer/rotary.h"

namespace pinpoint::test {
AutogradLlama::AutogradLlama(const transformer::ModelConfig& config, weights::TensorSource& source)
    : config_(config), rotary_(config, c10::Device(c10::DeviceType::CPU)) {
  embedding_ = take(source, "model.embed_tokens.weight", {config.vocabulary, config.width});
  for (std::int64_t layer = 0; layer < config.layers; ++layer) layers_.push_back(take_layer(source, layer));
  final_norm_ = take(source, "model.norm.weight", {config.width});
  unembedding_ = take(source, "lm_head.weight", {config.vocabulary, config.width});
}

at::Tensor AutogradLlama::take(weights::TensorSource& source, const std::string& name,
                               const std::vector<std::int64_t>& shape) {
  weights_.emplace_back(name, source.read(name, shape).clone());
  return weights_.back().second;
}

AutogradLlama::Layer AutogradLlama::take_layer(weights::TensorSource& source, std::int64_t index) {
  const std::int64_t d = config_.width, f = config_.mlp_width;
  const auto part = [&](const char* name, const std::vector<std::int64_t>& shape) {
    return take(source, fmt::format("model.layers.{}.{}.weight", index, name), shape);
  };
  Layer layer;
  layer.attention_norm = part("input_layernorm", {d});
  layer.query = part("self_attn.q_proj", {config_.heads_width(), d});
  layer.key = part("self_attn.k_proj", {config_.kv_width(), d});
  layer.value = part("self_attn.v_proj", {config_.kv_width(), d});
  layer.output = part("self_attn.o_proj", {d, config_.heads_width()});
  layer.mlp_norm = part("post_attention_layernorm", {d});
  layer.gate = part("mlp.gate_proj", {f, d});
  layer.up = part("mlp.up_proj", {f, d});
  layer.down = part("mlp.down_proj", {d, f});
  return layer;
}

at::Tensor AutogradLlama::attention(const Layer& layer, const at::Tensor& x, std::int64_t batch,
                                    const transformer::RotaryAngles& angles, const at::Tensor& head_mask) const {
  const std::int64_t rows = x.size(0), length = rows / batch, heads = config_.heads;
  const at::Tensor n = transformer::rms_norm(x, layer.attention_norm, config_.norm_epsilon);  // [B*T, d]
  const auto heads_of = [&](const at::Tensor& weight) { return at::linear(n, weight).view({rows, heads, -1}); };
  const auto by_head = [&](const at::Tensor& y) { return y.view({batch, length, heads, -1}).transpose(1, 2); };
  const at::Tensor q = by_head(angles.rotate(heads_of(layer.query)));  // [B, H, T, e]
  const at::Tensor k = by_head(angles.rotate(heads_of(layer.key)));
  const at::Tensor v = by_head(heads_of(layer.value));

  const at::Tensor future = at::full({length, length}, -std::numeric_limits<double>::infinity(), x.options()).triu_(1);
  const at::Tensor scores = at::matmul(q, k.transpose(2, 3)) / std::sqrt(static_cast<double>(config_.head_width));
  at::Tensor z = at::matmul(at::softmax(scores + future, -1), v);  // [B, H, T, e]
  if (head_mask.defined()) z = z * head_mask.view({batch, heads, 1, 1});
  return at::linear(z.transpose(1, 2).reshape({rows, -1}), layer.output);  // [B*T, d]
}

at::Tensor AutogradLlama::mlp(const Layer& layer, const at::Tensor& x) const {
  const at::Tensor n = transformer::rms_norm(x, layer.mlp_norm, config_.norm_epsilon);
  return at::linear(at::silu(at::linear(n, layer.gate)) * at::linear(n, layer.up), layer.down);
}

at::Tensor AutogradLlama::logits(const at::Tensor& ids, const at::Tensor& positions,
                                 const at::Tensor& head_mask) const {
  const std::int64_t batch = ids.size(0), length = ids.size(1);
  const transformer::RotaryAngles angles =
      transformer::concatenate(std::vector(static_cast<std::size_t>(batch), rotary_.angles(0, length)));
  at::Tensor x = at::embedding(embedding_, ids.flatten());  // [B*T, d]
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const at::Tensor mask = head_mask.defined() ? head_mask[static_cast<std::int64_t>(i)] : at::Tensor();
    x = x + attention(layers_[i], x, batch, angles, mask);
    if (i + 1 == layers_.size()) x = x.index_select(0, positions);  // [n, d]: the other rows are not needed any more
    x = x + mlp(layers_[i], x);
  }
  return at::linear(transformer::rms_norm(x, final_norm_, config_.norm_epsilon), unembedding_);
}

}  // namespace pinpoint::test
