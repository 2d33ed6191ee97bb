#include "app/demo/random_weights.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/ones.h>
#include <fmt/format.h>

#include <cmath>

#include "system/base/check.h"

namespace pinpoint::demo {
namespace {

at::Tensor random_matrix(std::int64_t out, std::int64_t in, double deviation, Random& random) {
  at::Tensor matrix = at::empty({out, in});
  float* values = matrix.data_ptr<float>();
  for (std::int64_t i = 0; i < matrix.numel(); ++i) values[i] = static_cast<float>(deviation * random.normal());
  return matrix;
}

}  // namespace

RandomWeights::RandomWeights(const transformer::ModelConfig& config, Random random) {
  const double deviation = 1 / std::sqrt(static_cast<double>(config.width));
  tensors_["model.embed_tokens.weight"] = random_matrix(config.vocabulary, config.width, 1, random);
  for (std::int64_t layer = 0; layer < config.layers; ++layer) add_layer(config, layer, random);
  tensors_["model.norm.weight"] = at::ones({config.width});
  tensors_["lm_head.weight"] = random_matrix(config.vocabulary, config.width, deviation, random);
}

void RandomWeights::add_layer(const transformer::ModelConfig& config, std::int64_t layer, Random& random) {
  const std::int64_t d = config.width, f = config.mlp_width;
  const double branch = 1 / std::sqrt(2.0 * static_cast<double>(config.layers));
  const auto name = [&](const char* part) { return fmt::format("model.layers.{}.{}.weight", layer, part); };
  const auto matrix = [&](const char* part, std::int64_t out, std::int64_t in, double scale) {
    tensors_[name(part)] = random_matrix(out, in, scale / std::sqrt(static_cast<double>(in)), random);
  };
  tensors_[name("input_layernorm")] = tensors_[name("post_attention_layernorm")] = at::ones({d});
  matrix("self_attn.q_proj", config.heads_width(), d, 1);
  matrix("self_attn.k_proj", config.kv_width(), d, 1);
  matrix("self_attn.v_proj", config.kv_width(), d, 1);
  matrix("self_attn.o_proj", d, config.heads_width(), branch);
  matrix("mlp.gate_proj", f, d, 1);
  matrix("mlp.up_proj", f, d, 1);
  matrix("mlp.down_proj", d, f, branch);
}

at::Tensor RandomWeights::read(const std::string& name, [[maybe_unused]] const std::vector<std::int64_t>& shape) {
  const at::Tensor& tensor = tensors_.at(name);
  PINPOINT_EXPECT(tensor.sizes() == at::IntArrayRef(shape));
  return tensor;
}

}  // namespace pinpoint::demo
