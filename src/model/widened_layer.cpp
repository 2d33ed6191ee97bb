#include "model/widened_layer.h"

#include <ATen/ops/empty.h>

#include "model/product.h"

namespace pinpoint::model {

LayerWeights widened(const LayerWeights& weights) {
  LayerWeights all = weights;
  for (at::Tensor LayerWeights::*matrix :
       {&LayerWeights::query, &LayerWeights::key, &LayerWeights::value, &LayerWeights::output, &LayerWeights::gate,
        &LayerWeights::up, &LayerWeights::down}) {
    const at::Tensor wide = at::empty((weights.*matrix).sizes(), (weights.*matrix).options().dtype(at::kFloat));
    widen(weights.*matrix, wide);
    all.*matrix = wide;
  }
  return all;
}

}  // namespace pinpoint::model
