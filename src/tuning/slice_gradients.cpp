#include "tuning/slice_gradients.h"

#include <ATen/ops/zeros_like.h>

namespace pinpoint::tuning {

SliceGradients::SliceGradients(const model::ModelConfig& config, const std::vector<Slice>& slices,
                               const Tensors& values)
    : config_(config), slices_(slices) {
  for (const at::Tensor& value : values) sums_.push_back(at::zeros_like(value));
}

void SliceGradients::product(std::int64_t layer, model::Matrix matrix, const at::Tensor& input,
                             const at::Tensor& gradient) {
  for (std::size_t i = 0; i < slices_.size(); ++i)
    if (slices_[i].layer == layer && slices_[i].matrix == matrix)
      sums_[i].add_(slice_gradient(config_, slices_[i], input, gradient));
}

}  // namespace pinpoint::tuning
