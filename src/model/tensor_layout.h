/// \file
/// From a family's tensors, as its files name and shape them, to a layer's weights.
#pragma once

#include "model/tensor_source.h"
#include "model/weights.h"

namespace pinpoint::model {

/// Each reads from `source`, copies to `matrices` (device and type; norms and biases are float32) and owns what it
/// returns. \throws UserError as TensorSource::read does
LayerWeights read_layer(TensorSource& source, const ModelConfig& config, std::int64_t layer,
                        const at::TensorOptions& matrices);
at::Tensor read_embedding(TensorSource& source, const ModelConfig& config, const at::TensorOptions& matrices);
at::Tensor read_unembedding(TensorSource& source, const ModelConfig& config, const at::TensorOptions& matrices);
at::Tensor read_final_norm(TensorSource& source, const ModelConfig& config, const at::TensorOptions& matrices);

}  // namespace pinpoint::model
