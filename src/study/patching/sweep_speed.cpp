#include "study/patching/sweep_speed.h"

#include <ATen/ops/ones.h>

#include <chrono>

#include "model/transformer/mlp.h"
#include "model/transformer/product.h"

namespace pinpoint::patching {

double measure_rate(const transformer::Transformer& transformer, const Tiling& tiling, Arithmetic arithmetic) {
  using Clock = std::chrono::steady_clock;
  constexpr double moment = 0.2;  // seconds
  const transformer::ModelConfig& config = transformer.config();
  const transformer::Lease<transformer::LayerWeights> weights = transformer.store().lease_layer(0);
  const at::Tensor rows = at::ones({tiling.tile_rows, config.width}, weights->mlp_norm.options());
  transformer::Operations operations;
  // Differences use products with rounded activations.
  transformer::Products products{
      arithmetic == Arithmetic::difference
          ? transformer::Activations::rounded
          : activations_of_passes(arithmetic, transformer::accurate_activations(rows.device()))};
  const auto step = [&] { transformer::mlp(*weights, config, /*layer=*/0, rows, {}, products).sum().item<float>(); };
  step();  // warms up: chooses kernels, touches memory
  products.tally = {&operations, {{transformer::Work::rows, tiling.tile_rows}}};
  const Clock::time_point start = Clock::now();
  double seconds = 0;
  do {
    step();
    seconds = std::chrono::duration<double>(Clock::now() - start).count();
  } while (seconds < moment);
  return static_cast<double>(operations[transformer::Work::rows]) / seconds;
}

}  // namespace pinpoint::patching
