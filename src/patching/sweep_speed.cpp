#include "patching/sweep_speed.h"

#include <ATen/ops/ones.h>

#include <chrono>

#include "model/product.h"

namespace pinpoint::patching {

double measure_rate(const model::Transformer& transformer, const Tiling& tiling, Arithmetic arithmetic) {
  using Clock = std::chrono::steady_clock;
  constexpr double moment = 0.2;  // seconds
  const model::ModelConfig& config = transformer.config();
  const model::Lease<model::LayerWeights> weights = transformer.store().lease_layer(0);
  const at::Tensor rows = at::ones({tiling.tile_rows, config.width}, weights->mlp_norm.options());
  model::Operations operations;
  // A difference goes through products of rounded activations.
  model::Products products{arithmetic == Arithmetic::difference
                               ? model::Activations::rounded
                               : activations_of_passes(arithmetic, model::accurate_activations(rows.device()))};
  const auto step = [&] { model::mlp(*weights, config, /*layer=*/0, rows, {}, products).sum().item<float>(); };
  step();  // what is done once: kernels chosen, memory touched
  products.tally = {&operations, {{model::Work::rows, tiling.tile_rows}}};
  const Clock::time_point start = Clock::now();
  double seconds = 0;
  do {
    step();
    seconds = std::chrono::duration<double>(Clock::now() - start).count();
  } while (seconds < moment);
  return static_cast<double>(operations[model::Work::rows]) / seconds;
}

}  // namespace pinpoint::patching
