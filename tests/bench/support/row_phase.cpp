#include "bench/support/row_phase.h"

#include <ATen/ops/linear.h>
#include <ATen/ops/randn.h>

namespace pinpoint::bench {
namespace {

/// As many samples as rows, so that the first tile is full of null rows, which are there from the first layer on.
patching::RowLayout layout_of(const model::ModelConfig& config, std::int64_t rows) {
  return {.samples = rows, .layers = 1, .heads = config.heads, .tile_rows = rows};
}

/// One layer, and no vocabulary to speak of.
model::ModelConfig without_the_rest(model::ModelConfig model) {
  model.layers = 1;
  model.vocabulary = 1;
  return model;
}

}  // namespace

SingleLayer::SingleLayer(const model::ModelConfig& model, model::DType dtype)
    : tensors_(dtype == model::DType::bf16 ? at::kBFloat16 : at::kFloat),
      store_(without_the_rest(model), tensors_, {.dtype = dtype}), transformer_(store_),
      weights_(store_.lease_layer(0)) {}

RowPhase::RowPhase(const SingleLayer& layer, std::int64_t rows)
    : layer_(layer), tile_(layout_of(layer.transformer().config(), rows), 0) {
  const std::int64_t width = layer.transformer().config().width;
  trace_.attention = at::randn({rows, width});
  trace_.null_residual = at::randn({rows, width});
}

void RowPhase::step() { tile_.advance(steps_++, layer_.weights(), layer_.transformer(), trace_, operations_); }

BareProducts::BareProducts(const SingleLayer& layer, std::int64_t rows)
    : weights_(layer.weights()), x_(at::randn({rows, weights_.gate.size(1)}).to(weights_.gate.scalar_type())),
      hidden_(at::randn({rows, weights_.gate.size(0)}).to(weights_.gate.scalar_type())) {}

void BareProducts::step() const {
  at::linear(x_, weights_.gate);
  at::linear(x_, weights_.up);
  at::linear(hidden_, weights_.down);
}

}  // namespace pinpoint::bench
