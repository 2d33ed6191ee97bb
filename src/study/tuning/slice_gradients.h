/// \file
/// Of all weight gradients that a backward pass could give, those of the slices.
#pragma once

#include "model/transformer/gradient_sink.h"
#include "study/tuning/adamw.h"
#include "study/tuning/head_slices.h"

namespace pinpoint::tuning {

/// Adds up over as many backward passes as it hears of, in float32. No gradient of a whole matrix is ever computed.
class SliceGradients : public transformer::GradientSink {
 public:
  /// \pre both outlive this
  SliceGradients(const transformer::ModelConfig& config, const std::vector<Slice>& slices)
      : config_(config), slices_(slices) {}
  /// \param values whose shapes, type and device the gradients take
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
