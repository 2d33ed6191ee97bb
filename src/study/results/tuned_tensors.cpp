#include "study/results/tuned_tensors.h"

#include <utility>

#include "system/base/check.h"

namespace pinpoint::results {
namespace {

using transformer::Matrix;
using tuning::Slice;

std::string_view name_of(Matrix matrix, const transformer::TensorNames& names) {
  switch (matrix) {
    case Matrix::query: return names.query;
    case Matrix::key: return names.key;
    case Matrix::value: return names.value;
    default: return names.output;
  }
}

/// Rows of the matrix as the forward pass uses it.
std::int64_t rows_of(Matrix matrix, const transformer::ModelConfig& model) {
  if (matrix == Matrix::query) return model.heads_width();
  return matrix == Matrix::output ? model.width : model.kv_width();
}

/// First row of the matrix in a fused matrix [Q; K; V].
std::int64_t begin_in_fused(Matrix matrix, const transformer::ModelConfig& model) {
  if (matrix == Matrix::key) return model.heads_width();
  return matrix == Matrix::value ? model.heads_width() + model.kv_width() : 0;
}

}  // namespace

TunedTensors::TunedTensors(const transformer::ModelConfig& model, Checkpoint checkpoint, transformer::DType dtype)
    : model_(model), checkpoint_(std::move(checkpoint)),
      matrix_type_(dtype == transformer::DType::bf16 ? at::kBFloat16 : at::kFloat),
      slices_(slices_of(checkpoint_, model)) {
  const transformer::Family& family = transformer::family_of(model.architecture);
  const bool fused = family.projections == transformer::Projections::fused;
  for (std::size_t i = 0; i < slices_.size(); ++i) {
    const Slice& slice = slices_[i];
    const std::string name =
        fmt::format("{}.{}.{}.{}", family.names.layers, slice.layer, name_of(slice.matrix, family.names),
                    slice.part == Slice::Part::bias ? "bias" : "weight");
    places_[name].push_back({i, fused ? begin_in_fused(slice.matrix, model) : 0, rows_of(slice.matrix, model)});
  }
}

std::vector<std::string> TunedTensors::names() const {
  std::vector<std::string> names;
  for (const auto& [name, places] : places_) names.push_back(name);
  return names;
}

at::ScalarType TunedTensors::type_of(const std::string& name) const {
  return slices_[places_.at(name).front().slice].part == Slice::Part::bias ? at::kFloat : matrix_type_;
}

at::Tensor TunedTensors::tuned(const std::string& name, const at::Tensor& stored) const {
  const at::Tensor whole = stored.to(type_of(name), /*non_blocking=*/false, /*copy=*/true).contiguous();
  for (const auto& [slice, begin, rows] : places_.at(name)) {
    at::Tensor matrix = whole.narrow(0, begin, rows);
    tuning::put(matrix, model_, slices_[slice], checkpoint_.values[slice]);
  }
  return whole;
}

}  // namespace pinpoint::results
