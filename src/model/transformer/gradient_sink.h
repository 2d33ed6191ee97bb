/// \file
/// Receives the factors of every weight's gradient from a backward pass. The sink decides which gradients it computes
/// and where it stores them.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace pinpoint::transformer {

/// A matrix of a layer and its bias.
enum class Matrix { query, key, value, output, gate, up, down };
/// The weight of a norm; `final` belongs to no layer.
enum class Norm { attention, query, key, mlp, final };

class GradientSink {
 public:
  virtual ~GradientSink() = default;

  /// Of a product x W^T (+ b): dW = gradient^T input, and db is the sum of gradient's rows.
  /// \param input x [rows, in] in the weights' type
  /// \param gradient of the result, [rows, out] in the weights' or the residual stream's type
  virtual void product(std::int64_t layer, Matrix matrix, const at::Tensor& input, const at::Tensor& gradient) = 0;

  /// Of a scaling x * w: dw is the sum of x * gradient over all but the last dimension.
  /// \param normalised x [.., n] \param gradient of the result, same shape \param layer -1 for the final norm
  virtual void scaling(std::int64_t layer, Norm norm, const at::Tensor& normalised, const at::Tensor& gradient) = 0;

  /// Of the product with rows first .. first+v-1 of the unembedding. \param input [rows, d] \param gradient [rows, v]
  virtual void unembedding(std::int64_t first, const at::Tensor& input, const at::Tensor& gradient) = 0;

  /// Of the lookup of rows `ids` [rows] (64-bit, CPU) of the embedding. \param gradient of the result, [rows, d]
  virtual void embedding(const at::Tensor& /*ids*/, const at::Tensor& /*gradient*/) {}

  /// No more gradients of this layer, or of the unembedding tile that begins with row `first`, follow in this backward
  /// pass, so they can be summed over ranks now. Called on every rank in the same order, also on ranks without rows.
  virtual void layer_done(std::int64_t /*layer*/) {}
  virtual void tile_done(std::int64_t /*first*/) {}
};

}  // namespace pinpoint::transformer
