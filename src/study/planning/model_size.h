/// \file
/// How large a model is: bytes and parameters from its shape alone. All numbers of this layer are doubles, exact up to
/// 2^53, because counts over many ranks outgrow whole numbers.
#pragma once

#include "model/transformer/model_config.h"
#include "model/transformer/options.h"

namespace pinpoint::planning {

/// A model as the ranks hold it.
struct Model {
  transformer::ModelConfig config;
  transformer::DType dtype = transformer::DType::bf16;
};

/// Bytes of one element of a matrix.
double element_bytes(transformer::DType dtype);

/// Bytes of a layer as one flat buffer: its tensors one after the other, each begun at a multiple of 64 bytes, matrices
/// in the model's type, norms and biases in float32; the whole padded so that `shard` ranks get even slices that begin
/// at multiples of 64 bytes too.
double layer_bytes(const Model& model, int shard);

/// Bytes of all rows of the embedding, or of the unembedding.
double vocabulary_bytes(const Model& model);
/// Bytes of one rank's rows, ceil(V / shard), of both; of one where they are tied.
double vocabulary_slice_bytes(const Model& model, int shard);

/// Every parameter: layers with their norms and biases, final norm, embedding and unembedding (once where tied).
double all_parameters(const transformer::ModelConfig& config);

}  // namespace pinpoint::planning
