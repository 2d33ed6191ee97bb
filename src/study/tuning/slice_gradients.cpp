#include "study/tuning/slice_gradients.h"

#include <ATen/ops/zeros_like.h>

namespace pinpoint::tuning {

void SliceGradients::start(const Tensors& values) {
  for (const at::Tensor& value : values) sums_.push_back(at::zeros_like(value));
}

void SliceGradients::clear() {
  for (at::Tensor& sum : sums_) sum.zero_();
}

void SliceGradients::product(std::int64_t layer, transformer::Matrix matrix, const at::Tensor& input,
                             const at::Tensor& gradient) {
  for (std::size_t i = 0; i < slices_.size(); ++i)
    if (slices_[i].layer == layer && slices_[i].matrix == matrix)
      sums_[i].add_(slice_gradient(config_, slices_[i], input, gradient));
}

}  // namespace pinpoint::tuning
