/// \file
/// The only parameters of supervised pinpoint tuning: of each chosen head the rows of W_q and the columns of W_o, with
/// `train_kv` the rows of W_k and W_v of its key/value group, with `train_bias` the biases of the same rows (method:
/// section 5).
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

/// What of one matrix (or its bias) of one layer is trained: a block for each chosen head, or each group.
struct Slice {
  enum class Part { rows, columns, bias };

  std::int64_t layer = 0;
  transformer::Matrix matrix = transformer::Matrix::query;  ///< query, key, value or output
  Part part = Part::rows;
  std::vector<std::int64_t> places;  ///< [k] heads of query and output, groups of key and value; ascending

  bool operator==(const Slice&) const = default;
  /// "layers.3/q_proj", "layers.3/q_proj.bias": as in a checkpoint.
  std::string name() const;
};

/// All slices, by layer; in a layer query, output, key, value, each before its bias. \param heads in any order
std::vector<Slice> head_slices(const transformer::ModelConfig& config, const std::vector<HeadId>& heads,
                               const TuneOptions& options);

/// Rows: [k, e, d], columns: [k, d, e], bias: [k, e].
std::vector<std::int64_t> shape_of(const Slice& slice, const transformer::ModelConfig& config);

/// A copy of the slice's values, in float32 (float64 of float64 weights).
at::Tensor cut(const transformer::LayerWeights& weights, const transformer::ModelConfig& config, const Slice& slice);

/// Puts a copy with `values` in the place of the matrix or bias that the slice lies in; the tensor that was there is
/// not written to. `values` are rounded to the weights' type.
void patch(transformer::LayerWeights& weights, const transformer::ModelConfig& config, const Slice& slice,
           const at::Tensor& values);

/// Writes `values`, rounded to its type, over the slice's place in a whole matrix (or bias) of that kind.
void put(at::Tensor& whole, const transformer::ModelConfig& config, const Slice& slice, const at::Tensor& values);

/// The gradient of the slice alone, from a product x W^T + b that was met. \param input, gradient as
/// `GradientSink::product` tells them. In float32 (float64), of the slice's shape; the product itself is in the
/// weights' type.
at::Tensor slice_gradient(const transformer::ModelConfig& config, const Slice& slice, const at::Tensor& input,
                          const at::Tensor& gradient);

}  // namespace pinpoint::tuning
