/// \file
/// The weights of one layer.
#pragma once

#include <ATen/core/Tensor.h>

namespace pinpoint::transformer {

/// Matrices are [out, in] in the weights' own type, norms and biases float32, all on the store's device. Tensors that a
/// family does not have (`Family`) are undefined.
struct LayerWeights {
  at::Tensor attention_norm;  ///< [d]
  at::Tensor query;           ///< [H*e, d]
  at::Tensor key;             ///< [G*e, d]
  at::Tensor value;           ///< [G*e, d]
  at::Tensor query_bias;      ///< [H*e]
  at::Tensor key_bias;        ///< [G*e]
  at::Tensor value_bias;      ///< [G*e]
  at::Tensor query_norm;      ///< [e]
  at::Tensor key_norm;        ///< [e]
  at::Tensor output;          ///< [d, H*e]
  at::Tensor mlp_norm;        ///< [d]
  at::Tensor gate;            ///< [f, d]
  at::Tensor up;              ///< [f, d]
  at::Tensor down;            ///< [d, f]
};

}  // namespace pinpoint::transformer
