/// \file
/// How the Llama family names and shapes its tensors (as transformers writes them).
#pragma once

#include "model/tensor_source.h"
#include "model/weights.h"

namespace pinpoint::model::llama {

/// Each reads from `source`, copies to `matrices` (device and type; norms stay float32) and owns what it returns.
/// \throws UserError as TensorSource::read does
LayerWeights read_layer(TensorSource& source, const ModelConfig& config, std::int64_t layer,
                        const at::TensorOptions& matrices);
at::Tensor read_embedding(TensorSource& source, const ModelConfig& config, const at::TensorOptions& matrices);
at::Tensor read_unembedding(TensorSource& source, const ModelConfig& config, const at::TensorOptions& matrices);
at::Tensor read_final_norm(TensorSource& source, const ModelConfig& config, const at::TensorOptions& matrices);

}  // namespace pinpoint::model::llama
