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

#include "model/layers.h"

namespace pinpoint::test {
namespace {

at::Tensor random_matrix(std::int64_t out, std::int64_t in, double deviation, Random& random) {
  at::Tensor matrix = at::empty({out, in});
  float* values = matrix.data_ptr<float>();
  for (std::int64_t i = 0; i < matrix.numel(); ++i) values[i] = static_cast<float>(deviation * random.normal());
  return matrix;
}

}  // namespace

AutogradLlama::AutogradLlama(const model::ModelConfig& config, Random random)
    : config_(config), rotary_(config, c10::Device(c10::DeviceType::CPU)) {
  const double deviation = 1 / std::sqrt(static_cast<double>(config_.width));
  embedding_ = add("model.embed_tokens.weight", random_matrix(config_.vocabulary, config_.width, 1, random));
  for (std::int64_t layer = 0; layer < config_.layers; ++layer) layers_.push_back(make_layer(layer, random));
  final_norm_ = add("model.norm.weight", at::ones({config_.width}));
  unembedding_ = add("lm_head.weight", random_matrix(config_.vocabulary, config_.width, deviation, random));
}

at::Tensor AutogradLlama::add(std::string name, at::Tensor weight) {
  weights_.emplace_back(std::move(name), weight);
  return weight;
}

AutogradLlama::Layer AutogradLlama::make_layer(std::int64_t index, Random& random) {
  const auto name = [&](const char* part) { return fmt::format("model.layers.{}.{}.weight", index, part); };
  const auto matrix = [&](const char* part, std::int64_t out, std::int64_t in, double scale) {
    return add(name(part), random_matrix(out, in, scale / std::sqrt(static_cast<double>(in)), random));
  };
  const std::int64_t d = config_.width, f = config_.mlp_width;
  const double branch = 1 / std::sqrt(2.0 * static_cast<double>(config_.layers));
  Layer layer;
  layer.attention_norm = add(name("input_layernorm"), at::ones({d}));
  layer.query = matrix("self_attn.q_proj", config_.heads_width(), d, 1);
  layer.key = matrix("self_attn.k_proj", config_.kv_width(), d, 1);
  layer.value = matrix("self_attn.v_proj", config_.kv_width(), d, 1);
  layer.output = matrix("self_attn.o_proj", d, config_.heads_width(), branch);
  layer.mlp_norm = add(name("post_attention_layernorm"), at::ones({d}));
  layer.gate = matrix("mlp.gate_proj", f, d, 1);
  layer.up = matrix("mlp.up_proj", f, d, 1);
  layer.down = matrix("mlp.down_proj", d, f, branch);
  return layer;
}

at::Tensor AutogradLlama::attention(const Layer& layer, const at::Tensor& x, std::int64_t batch,
                                    const model::RotaryAngles& angles, const at::Tensor& head_mask) const {
  const std::int64_t rows = x.size(0), length = rows / batch, heads = config_.heads;
  const at::Tensor n = model::rms_norm(x, layer.attention_norm, config_.norm_epsilon);  // [B*T, d]
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
  const at::Tensor n = model::rms_norm(x, layer.mlp_norm, config_.norm_epsilon);
  return at::linear(at::silu(at::linear(n, layer.gate)) * at::linear(n, layer.up), layer.down);
}

at::Tensor AutogradLlama::logits(const at::Tensor& ids, const at::Tensor& positions,
                                 const at::Tensor& head_mask) const {
  const std::int64_t batch = ids.size(0), length = ids.size(1);
  const model::RotaryAngles angles =
      model::concatenate(std::vector(static_cast<std::size_t>(batch), rotary_.angles(0, length)));
  at::Tensor x = at::embedding(embedding_, ids.flatten());  // [B*T, d]
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const at::Tensor mask = head_mask.defined() ? head_mask[static_cast<std::int64_t>(i)] : at::Tensor();
    x = x + attention(layers_[i], x, batch, angles, mask);
    if (i + 1 == layers_.size()) x = x.index_select(0, positions);  // [n, d]: nobody asks for the other rows any more
    x = x + mlp(layers_[i], x);
  }
  return at::linear(model::rms_norm(x, final_norm_, config_.norm_epsilon), unembedding_);
}

}  // namespace pinpoint::test
