#include "planning/model_size.h"

#include <cmath>

#include "model/layer_size.h"

namespace pinpoint::planning {
namespace {

constexpr double alignment = 64, float32 = 4;

double up_to_multiple(double bytes, double unit) { return std::ceil(bytes / unit) * unit; }

/// Calls `matrix(parameters)` and `vector(parameters)` for every tensor of a layer.
template <class Matrix, class Vector>
void for_each_tensor(const model::ModelConfig& c, Matrix matrix, Vector vector) {
  const auto d = static_cast<double>(c.width), f = static_cast<double>(c.mlp_width);
  const auto queries = static_cast<double>(c.heads_width()), keys = static_cast<double>(c.kv_width());
  const model::Family& family = model::family_of(c.architecture);
  for (const double rows : {queries, keys, keys}) matrix(rows * d);
  if (family.projection_biases)
    for (const double rows : {queries, keys, keys}) vector(rows);
  if (family.head_norms)
    for (int i = 0; i < 2; ++i) vector(static_cast<double>(c.head_width));
  matrix(d * queries);                             // output
  for (int i = 0; i < 3; ++i) matrix(d * f);       // gate, up, down
  for (int norm = 0; norm < 2; ++norm) vector(d);  // before the attention, before the MLP
}

}  // namespace

double element_bytes(model::DType dtype) { return dtype == model::DType::bf16 ? 2 : 4; }

double layer_bytes(const Model& model, int shard) {
  double bytes = 0;
  for_each_tensor(
      model.config, [&](double n) { bytes += up_to_multiple(n * element_bytes(model.dtype), alignment); },
      [&](double n) { bytes += up_to_multiple(n * float32, alignment); });
  return up_to_multiple(bytes, alignment * shard);
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

double all_parameters(const model::ModelConfig& c) {
  double layer = 0;
  const auto add = [&](double n) { layer += n; };
  for_each_tensor(c, add, add);
  const auto d = static_cast<double>(c.width), embeddings = c.tied_embeddings ? 1.0 : 2.0;
  return static_cast<double>(c.layers) * layer + d + embeddings * static_cast<double>(c.vocabulary) * d;
}

}  // namespace pinpoint::planning
