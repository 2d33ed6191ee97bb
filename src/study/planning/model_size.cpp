#include "study/planning/model_size.h"

#include <cmath>

#include "model/weights/layer_layout.h"

namespace pinpoint::planning {
namespace {

weights::LayerLayout layout_of(const Model& model) {
  return {model.config, model.dtype == transformer::DType::bf16 ? at::kBFloat16 : at::kFloat};
}

}  // namespace

double element_bytes(transformer::DType dtype) { return dtype == transformer::DType::bf16 ? 2 : 4; }

double layer_bytes(const Model& model, int shard) {
  return static_cast<double>(weights::even_slice(layout_of(model).bytes(), shard)) * shard;
}

double vocabulary_bytes(const Model& model) {
  return static_cast<double>(model.config.vocabulary) * static_cast<double>(model.config.width) *
         element_bytes(model.dtype);
}

double vocabulary_slice_bytes(const Model& model, int shard) {
  const double rows = std::ceil(static_cast<double>(model.config.vocabulary) / shard);
  const double one = rows * static_cast<double>(model.config.width) * element_bytes(model.dtype);
  return model.config.tied_embeddings ? one : 2 * one;
}

double all_parameters(const transformer::ModelConfig& c) {
  double layer = 0;
  const weights::LayerLayout layout = layout_of({c});
  for (const weights::LayoutPart& part : layout.parts()) layer += static_cast<double>(part.elements());
  const auto d = static_cast<double>(c.width), embeddings = c.tied_embeddings ? 1.0 : 2.0;
  return static_cast<double>(c.layers) * layer + d + embeddings * static_cast<double>(c.vocabulary) * d;
}

}  // namespace pinpoint::planning
