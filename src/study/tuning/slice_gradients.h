/// \file
/// The gradients of the slices, out of all weight gradients of a backward pass.
#pragma once

#include "model/transformer/gradient_sink.h"
#include "study/tuning/adamw.h"
#include "study/tuning/head_slices.h"

namespace pinpoint::tuning {

/// Sums over all backward passes since `clear`, in float32. Never computes the gradient of a whole matrix.
class SliceGradients : public transformer::GradientSink {
 public:
  /// \pre both arguments outlive this object
  SliceGradients(const transformer::ModelConfig& config, const std::vector<Slice>& slices)
      : config_(config), slices_(slices) {}
  /// Allocates the gradients with the shapes, type and device of `values`.
  void start(const Tensors& values);
  void clear();

  void product(std::int64_t layer, transformer::Matrix matrix, const at::Tensor& input,
               const at::Tensor& gradient) override;
  void scaling(std::int64_t, transformer::Norm, const at::Tensor&, const at::Tensor&) override {}
  void unembedding(std::int64_t, const at::Tensor&, const at::Tensor&) override {}

  /// In the order of the slices.
  Tensors& sums() { return sums_; }
  const Tensors& sums() const { return sums_; }

 private:
  const transformer::ModelConfig& config_;
  const std::vector<Slice>& slices_;
  Tensors sums_;
};

}  // namespace pinpoint::tuning
