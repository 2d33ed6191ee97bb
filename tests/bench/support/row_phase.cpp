#include "bench/support/row_phase.h"

#include <ATen/ops/linear.h>
#include <ATen/ops/randn.h>

#include "model/transformer/layer_size.h"
#include "model/transformer/widened_layer.h"

namespace pinpoint::bench {
namespace {

/// As many samples as rows. Of whole rows, the first tile has only null rows, which exist from the first layer on. Of
/// differences, one row per sample joins the first tile at the first layer.
patching::RowLayout layout_of(const transformer::ModelConfig& config, std::int64_t rows, bool whole) {
  return {.samples = rows,
          .layers = 1,
          .heads = whole ? config.heads : 1,
          .tile_rows = rows,
          .null_rows = whole ? rows : 0};
}

transformer::LayerWeights weights_of(const SingleLayer& layer, patching::Arithmetic arithmetic) {
  const bool is_bf16 = layer.weights().gate.scalar_type() == at::kBFloat16;
  const bool widens = arithmetic == patching::Arithmetic::float32 && is_bf16 &&
                      transformer::is_widened_whole(layer.transformer().config());
  return widens ? transformer::widened(layer.weights()) : layer.weights();
}

std::variant<patching::WholeTile, patching::DifferenceTile> make_tile(const transformer::ModelConfig& config,
                                                                      std::int64_t rows,
                                                                      patching::Arithmetic arithmetic) {
  const bool whole = arithmetic != patching::Arithmetic::difference;
  const patching::RowLayout layout = layout_of(config, rows, whole);
  if (!whole) return patching::DifferenceTile(layout, 0);
  return patching::WholeTile(layout, 0, patching::activations_of_passes(arithmetic, transformer::Activations::wide));
}

/// One layer, with a minimal vocabulary.
transformer::ModelConfig without_the_rest(transformer::ModelConfig model) {
  model.layers = 1;
  model.vocabulary = 1;
  return model;
}

}  // namespace

SingleLayer::SingleLayer(const transformer::ModelConfig& model, transformer::DType dtype)
    : tensors_(dtype == transformer::DType::bf16 ? at::kBFloat16 : at::kFloat),
      store_(without_the_rest(model), tensors_, {.dtype = dtype}), transformer_(store_),
      weights_(store_.lease_layer(0)) {}

RowPhase::RowPhase(const SingleLayer& layer, std::int64_t rows, patching::Arithmetic arithmetic)
    : layer_(layer), weights_(weights_of(layer, arithmetic)),
      tile_(make_tile(layer.transformer().config(), rows, arithmetic)) {
  const transformer::ModelConfig& config = layer.transformer().config();
  whole_.attention = at::randn({rows, config.width});
  whole_.null_residual = at::randn({rows, config.width});
  differences_.heads = at::randn({rows, config.heads_width()});
  differences_.mid = at::randn({rows, config.width});
  for (at::Tensor* product : {&differences_.gate, &differences_.up, &differences_.hidden})
    *product = at::randn({rows, config.mlp_width});
  differences_.differs.assign(static_cast<std::size_t>(rows), true);
  if (!std::holds_alternative<patching::DifferenceTile>(tile_)) return;
  step();  // all rows join
}

void RowPhase::step() {
  const auto advance = [&](auto& tile, const auto& trace) {
    tile.advance(steps_++, weights_, layer_.transformer(), trace, operations_);
  };
  if (auto* whole = std::get_if<patching::WholeTile>(&tile_))
    advance(*whole, whole_);
  else
    advance(std::get<patching::DifferenceTile>(tile_), differences_);
}

BareProducts::BareProducts(const SingleLayer& layer, std::int64_t rows, patching::Arithmetic arithmetic) {
  const bool wide = arithmetic == patching::Arithmetic::float32;
  const transformer::LayerWeights& weights = layer.weights();
  const at::ScalarType type = wide ? at::kFloat : weights.gate.scalar_type();
  gate_ = weights.gate.to(type);
  up_ = weights.up.to(type);
  down_ = weights.down.to(type);
  x_ = at::randn({rows, gate_.size(1)}).to(type);
  hidden_ = at::randn({rows, gate_.size(0)}).to(type);
}

void BareProducts::step() const {
  at::linear(x_, gate_);
  at::linear(x_, up_);
  at::linear(hidden_, down_);
}

}  // namespace pinpoint::bench
