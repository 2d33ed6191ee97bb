#include "study/results/weight_vectors.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "system/base/check.h"

namespace pinpoint::results {
namespace {

using transformer::LayerWeights;

std::string name_of(at::Tensor LayerWeights::*tensor) {
  static const std::array<std::pair<at::Tensor LayerWeights::*, const char*>, 14> names{{
      {&LayerWeights::attention_norm, "attention_norm"},
      {&LayerWeights::query, "q_proj"},
      {&LayerWeights::key, "k_proj"},
      {&LayerWeights::value, "v_proj"},
      {&LayerWeights::query_bias, "q_proj.bias"},
      {&LayerWeights::key_bias, "k_proj.bias"},
      {&LayerWeights::value_bias, "v_proj.bias"},
      {&LayerWeights::query_norm, "q_norm"},
      {&LayerWeights::key_norm, "k_norm"},
      {&LayerWeights::output, "o_proj"},
      {&LayerWeights::mlp_norm, "mlp_norm"},
      {&LayerWeights::gate, "gate_proj"},
      {&LayerWeights::up, "up_proj"},
      {&LayerWeights::down, "down_proj"},
  }};
  for (const auto& [member, name] : names)
    if (member == tensor) return name;
  throw Failure("a tensor of a layer has no name in checkpoints");
}

}  // namespace

std::vector<WeightVector> weight_vectors(const transformer::ModelConfig& model) {
  const std::int64_t layer_elements = weights::LayerLayout(model, at::kFloat).elements();
  const std::int64_t table_elements = model.vocabulary * model.width;
  std::vector<WeightVector> vectors{{"embedding", table_elements, "table_element"}};
  for (std::int64_t layer = 0; layer < model.layers; ++layer)
    vectors.push_back({fmt::format("layers.{}", layer), layer_elements, "layer_element"});
  vectors.push_back({"final_norm", model.width, "width"});
  if (!model.tied_embeddings) vectors.push_back({"unembedding", table_elements, "table_element"});
  return vectors;
}

std::vector<VectorPart> vector_parts(const transformer::ModelConfig& model) {
  std::vector<VectorPart> parts;
  const weights::LayerLayout layout(model, at::kFloat);
  for (const weights::LayoutPart& part : layout.parts()) parts.push_back({name_of(part.tensor), part.first, part});
  return parts;
}

}  // namespace pinpoint::results
