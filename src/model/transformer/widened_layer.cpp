#include "model/transformer/widened_layer.h"

namespace pinpoint::transformer {

LayerWeights widened(const LayerWeights& weights) {
  LayerWeights all = weights;
  for (at::Tensor LayerWeights::*matrix :
       {&LayerWeights::query, &LayerWeights::key, &LayerWeights::value, &LayerWeights::output, &LayerWeights::gate,
        &LayerWeights::up, &LayerWeights::down})
    all.*matrix = (weights.*matrix).to(at::kFloat);
  return all;
}

}  // namespace pinpoint::transformer
