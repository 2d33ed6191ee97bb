/// \file
/// The parameters of supervised pinpoint tuning (docs/method.md, 5.1): of each chosen head the rows of W_q and the
/// columns of W_o; with `train_kv` the rows of W_k and W_v of its key/value group; with `train_bias` the biases of the
/// same rows.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "model/transformer/gradient_sink.h"
#include "model/transformer/layer_weights.h"
#include "model/transformer/model_config.h"
#include "study/tuning/options.h"
#include "system/base/head_id.h"

namespace pinpoint::tuning {

/// The trained part of one matrix (or its bias) of one layer: one block per chosen head, or per key/value group.
struct Slice {
  enum class Part { rows, columns, bias };

  std::int64_t layer = 0;
  transformer::Matrix matrix = transformer::Matrix::query;  ///< query, key, value or output
  Part part = Part::rows;
  std::vector<std::int64_t> places;  ///< [k] heads (query, output) or key/value groups (key, value); ascending

  bool operator==(const Slice&) const = default;
  /// "layers.3/q_proj", "layers.3/q_proj.bias": as in a checkpoint.
  std::string name() const;
};

/// All slices, ordered by layer; within a layer query, output, key, value, each before its bias. \param heads in any
/// order
std::vector<Slice> head_slices(const transformer::ModelConfig& config, const std::vector<HeadId>& heads,
                               const TuneOptions& options);

/// Rows: [k, e, d], columns: [k, d, e], bias: [k, e].
std::vector<std::int64_t> shape_of(const Slice& slice, const transformer::ModelConfig& config);

/// A copy of the slice's values in float32 (in float64 if the weights are).
at::Tensor cut(const transformer::LayerWeights& weights, const transformer::ModelConfig& config, const Slice& slice);

/// Replaces the matrix or bias that contains the slice by a copy with `values`, rounded to the weights' type. The old
/// tensor is not written to.
void patch(transformer::LayerWeights& weights, const transformer::ModelConfig& config, const Slice& slice,
           const at::Tensor& values);

/// Writes `values`, rounded to the type of `whole`, over the slice in a whole matrix (or bias).
void put(at::Tensor& whole, const transformer::ModelConfig& config, const Slice& slice, const at::Tensor& values);

/// The gradient of only the slice, from a product x W^T + b. The result has the slice's shape, in float32 (float64 if
/// the weights are); its product is computed in the weights' type. \param input, gradient as in `GradientSink::product`
at::Tensor slice_gradient(const transformer::ModelConfig& config, const Slice& slice, const at::Tensor& input,
                          const at::Tensor& gradient);

}  // namespace pinpoint::tuning
