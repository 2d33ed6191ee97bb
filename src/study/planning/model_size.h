/// \file
/// Bytes and parameters of a model, from its shape only. All counts in this folder are doubles, exact up to 2^53,
/// because counts over many ranks overflow integers.
#pragma once

#include "model/transformer/model_config.h"
#include "model/transformer/options.h"

namespace pinpoint::planning {

/// A model and the type of its weights in memory.
struct Model {
  transformer::ModelConfig config;
  transformer::DType dtype = transformer::DType::bf16;
};

/// Bytes of one element of a matrix.
double element_bytes(transformer::DType dtype);

/// Bytes of a layer as one flat buffer. Every tensor begins at a multiple of 64 bytes. Matrices have the model's type,
/// norms and biases are float32. The buffer is padded so that `shard` ranks get equal slices that begin at multiples of
/// 64 bytes.
double layer_bytes(const Model& model, int shard);

/// Bytes of all rows of the embedding, or of the unembedding.
double vocabulary_bytes(const Model& model);
/// Bytes of one rank's rows, ceil(V / shard), of both tables, or of the one table if they are tied.
double vocabulary_slice_bytes(const Model& model, int shard);

/// All parameters: layers with norms and biases, final norm, embedding and unembedding (one table if they are tied).
double all_parameters(const transformer::ModelConfig& config);

}  // namespace pinpoint::planning
