/// \file
/// Where a backward pass tells of every weight that it meets. It computes no weight's gradient itself: whoever listens
/// decides which of them there are, and in which form.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace pinpoint::transformer {

/// A matrix of a layer, with the bias that belongs to it.
enum class Matrix { query, key, value, output, gate, up, down };
/// The weight of a norm; `final` belongs to no layer.
enum class Norm { attention, query, key, mlp, final };

class GradientSink {
 public:
  virtual ~GradientSink() = default;

  /// A product x W^T (+ b) was met. \param input x [rows, in] in the weights' type \param gradient that of the result,
  /// [rows, out] in the weights' or the residual stream's type. So dW = gradient^T input, db = the sum of gradient's
  /// rows.
  virtual void product(std::int64_t layer, Matrix matrix, const at::Tensor& input, const at::Tensor& gradient) = 0;

  /// A scaling x * w was met: dw = the sum of x * gradient over all but the last dimension.
  /// \param normalised x [.., n] \param gradient that of the result, same shape \param layer -1 for the final norm
  virtual void scaling(std::int64_t layer, Norm norm, const at::Tensor& normalised, const at::Tensor& gradient) = 0;

  /// The product with rows first .. first+v-1 of the unembedding. \param input [rows, d], \param gradient [rows, v]
  virtual void unembedding(std::int64_t first, const at::Tensor& input, const at::Tensor& gradient) = 0;

  /// Rows `ids` [rows] (64-bit, CPU) of the embedding were looked up. \param gradient of what they gave, [rows, d]
  virtual void embedding(const at::Tensor& /*ids*/, const at::Tensor& /*gradient*/) {}

  /// Of this layer, or of the unembedding's tile from row `first` on, nothing more is told in this backward walk: who
  /// adds gradients up over ranks does it now. Told on every rank in the same order, also where it had no rows.
  virtual void layer_done(std::int64_t /*layer*/) {}
  virtual void tile_done(std::int64_t /*first*/) {}
};

}  // namespace pinpoint::transformer
