#include "patching/sweep_speed.h"

#include <ATen/ops/ones.h>

#include <chrono>

namespace pinpoint::patching {

double measure_rate(const model::Transformer& transformer, const Tiling& tiling) {
  using Clock = std::chrono::steady_clock;
  constexpr double moment = 0.2;  // seconds
  const model::ModelConfig& config = transformer.config();
  const model::Lease<model::LayerWeights> weights = transformer.store().lease_layer(0);
  const at::Tensor rows = at::ones({tiling.tile_rows, config.width}, weights->mlp_norm.options());
  model::Operations operations;
  const model::Tally tally{&operations, {{model::Work::rows, tiling.tile_rows}}};
  model::mlp(*weights, config, rows, {}).sum().item<float>();  // what is done once: kernels chosen, memory touched
  const Clock::time_point start = Clock::now();
  double seconds = 0;
  do {
    model::mlp(*weights, config, rows, tally).sum().item<float>();
    seconds = std::chrono::duration<double>(Clock::now() - start).count();
  } while (seconds < moment);
  return static_cast<double>(operations[model::Work::rows]) / seconds;
}

}  // namespace pinpoint::patching
