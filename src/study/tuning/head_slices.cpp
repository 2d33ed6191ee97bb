#include "study/tuning/head_slices.h"

#include <ATen/ops/tensor.h>
#include <fmt/format.h>

#include <map>
#include <set>

#include "model/transformer/product.h"
#include "model/transformer/products.h"
#include "model/transformer/weight_members.h"
#include "system/base/check.h"
#include "system/device/matrix_product.h"

namespace pinpoint::tuning {
namespace {

using transformer::LayerWeights;
using transformer::Matrix;
using transformer::ModelConfig;
using Part = Slice::Part;

const char* name_of(Matrix matrix) {
  switch (matrix) {
    case Matrix::query: return "q_proj";
    case Matrix::key: return "k_proj";
    case Matrix::value: return "v_proj";
    default: return "o_proj";
  }
}

/// The matrix or bias of a layer that contains the slice.
transformer::WeightMember member_of(const Slice& slice) {
  return slice.part == Part::bias ? transformer::bias_of(slice.matrix) : transformer::weight_of(slice.matrix);
}

/// A view of the whole tensor whose first dimension is the head (or key/value group): [n, e, d], [n, d, e] or [n, e].
at::Tensor by_head(const at::Tensor& whole, const ModelConfig& config, const Slice& slice) {
  switch (slice.part) {
    case Part::rows: return whole.view({-1, config.head_width, whole.size(1)});
    case Part::columns: return whole.view({whole.size(0), -1, config.head_width}).transpose(0, 1);
    default: return whole.view({-1, config.head_width});
  }
}

at::Tensor index_of(const Slice& slice, c10::Device device) { return at::tensor(slice.places, at::kLong).to(device); }

/// The chosen heads' columns of x [rows, n*e]: [rows, k*e].
at::Tensor columns_of(const at::Tensor& x, const ModelConfig& config, const Slice& slice) {
  return x.view({x.size(0), -1, config.head_width}).index_select(1, index_of(slice, x.device())).flatten(1);
}

}  // namespace

std::string Slice::name() const {
  return fmt::format("layers.{}/{}{}", layer, name_of(matrix), part == Part::bias ? ".bias" : "");
}

std::vector<Slice> head_slices(const ModelConfig& config, const std::vector<HeadId>& heads,
                               const TuneOptions& options) {
  std::map<std::int64_t, std::set<std::int64_t>> heads_of;
  for (const auto& [layer, head] : heads) {
    PINPOINT_EXPECT(0 <= layer && layer < config.layers && 0 <= head && head < config.heads);
    heads_of[layer].insert(head);
  }
  const bool biases = options.train_bias && transformer::family_of(config.architecture).projection_biases;
  std::vector<Slice> slices;
  for (const auto& [layer, of_layer] : heads_of) {
    const auto add = [&slices, index = layer](Matrix matrix, Part part, const std::set<std::int64_t>& places) {
      slices.push_back({index, matrix, part, {places.begin(), places.end()}});
    };
    std::set<std::int64_t> groups;
    for (const std::int64_t head : of_layer) groups.insert(head / (config.heads / config.kv_heads));
    add(Matrix::query, Part::rows, of_layer);
    if (biases) add(Matrix::query, Part::bias, of_layer);
    add(Matrix::output, Part::columns, of_layer);
    if (!options.train_kv) continue;
    for (const Matrix matrix : {Matrix::key, Matrix::value}) {
      add(matrix, Part::rows, groups);
      if (biases) add(matrix, Part::bias, groups);
    }
  }
  return slices;
}

std::vector<std::int64_t> shape_of(const Slice& slice, const ModelConfig& config) {
  const auto k = static_cast<std::int64_t>(slice.places.size());
  switch (slice.part) {
    case Part::rows: return {k, config.head_width, config.width};
    case Part::columns: return {k, config.width, config.head_width};
    default: return {k, config.head_width};
  }
}

at::Tensor cut(const LayerWeights& weights, const ModelConfig& config, const Slice& slice) {
  const at::Tensor& whole = weights.*member_of(slice);
  const at::Tensor chosen = by_head(whole, config, slice).index_select(0, index_of(slice, whole.device()));
  return chosen.to(transformer::wide_type(whole.scalar_type())).contiguous();
}

void patch(LayerWeights& weights, const ModelConfig& config, const Slice& slice, const at::Tensor& values) {
  at::Tensor& whole = weights.*member_of(slice);
  whole = whole.clone();
  put(whole, config, slice, values);
}

void put(at::Tensor& whole, const ModelConfig& config, const Slice& slice, const at::Tensor& values) {
  by_head(whole, config, slice).index_copy_(0, index_of(slice, whole.device()), values.to(whole.scalar_type()));
}

at::Tensor slice_gradient(const ModelConfig& config, const Slice& slice, const at::Tensor& input,
                          const at::Tensor& gradient) {
  const at::ScalarType wide = transformer::wide_type(input.scalar_type());
  const at::ScalarType type = transformer::product_type(input.scalar_type(), input.device());
  const auto k = static_cast<std::int64_t>(slice.places.size());
  if (slice.part == Part::bias) return columns_of(gradient, config, slice).sum(0).to(wide).view({k, config.head_width});
  if (slice.part == Part::rows) {
    const at::Tensor product =
        device::mm(columns_of(gradient.to(type), config, slice).t(), input.to(type));  // [k*e, d]
    return product.to(wide).view({k, config.head_width, input.size(1)});
  }
  const at::Tensor product = device::mm(columns_of(input.to(type), config, slice).t(), gradient.to(type));  // [k*e, d]
  return product.to(wide).view({k, config.head_width, gradient.size(1)}).transpose(1, 2).contiguous();
}

}  // namespace pinpoint::tuning
