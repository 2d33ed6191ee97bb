#include "study/patching/sweep_plan.h"

#include <algorithm>
#include <bit>

#include "model/transformer/layer_size.h"
#include "system/base/check.h"
#include "system/base/random.h"

namespace pinpoint::patching {
namespace {

/// Rows from which a product runs at the machine's full rate (CPU: docs/performance.md, "Tile rows"), and the fewest
/// rows of a tile.
constexpr std::int64_t cpu_full_rate_rows = 256, gpu_full_rate_rows = 512, least_rows = 64;
/// Tiles that a set's rows of one layer fill.
constexpr std::int64_t tiles_per_layer = 2;

/// Padding is M / (N L H) of the rows of N samples, so M is at most half of one sample's rows.
std::int64_t suitable_rows(const transformer::ModelConfig& config, std::int64_t full_rate_rows) {
  const auto half = static_cast<std::uint64_t>(config.layers * config.heads / 2);
  return std::clamp(static_cast<std::int64_t>(std::bit_floor(half)), least_rows, full_rate_rows);
}

}  // namespace

Tiling choose_tiling(const transformer::ModelConfig& config, std::optional<std::int64_t> tile_rows, bool on_gpu) {
  const std::int64_t full_rate_rows = on_gpu ? gpu_full_rate_rows : cpu_full_rate_rows;
  const std::int64_t rows = tile_rows.value_or(suitable_rows(config, full_rate_rows));
  return {.tile_rows = rows,
          .set_samples = std::max<std::int64_t>(1, (tiles_per_layer * rows + config.heads - 1) / config.heads),
          .pass_rows = full_rate_rows};
}

std::vector<parallel::Range> cut_sample_sets(std::int64_t count, std::int64_t set_samples) {
  PINPOINT_EXPECT(set_samples > 0);
  std::vector<parallel::Range> sets;
  for (std::int64_t begin = 0; begin < count; begin += set_samples)
    sets.push_back({begin, std::min(begin + set_samples, count)});
  return sets;
}

std::vector<parallel::Range> pending_sets(const std::vector<parallel::Range>& sets,
                                          const std::vector<parallel::Range>& saved) {
  std::vector<parallel::Range> pending;
  for (const parallel::Range& set : sets)
    if (std::find(saved.begin(), saved.end(), set) == saved.end()) pending.push_back(set);
  return pending;
}

std::vector<effects::ExactCheck> choose_checks(std::uint64_t seed, std::int64_t count, std::int64_t samples,
                                               const transformer::ModelConfig& config) {
  const std::int64_t heads = config.layers * config.heads;
  const std::int64_t all = samples * heads;
  std::vector<std::int64_t> chosen = Random(seed, "exact_check").sample(all, std::min(count, all));
  std::sort(chosen.begin(), chosen.end());
  std::vector<effects::ExactCheck> checks;
  for (const std::int64_t i : chosen)
    checks.push_back(
        {.sample = i / heads, .layer = i % heads / config.heads, .head = i % config.heads, .deviation = 0});
  return checks;
}

LayerCost layer_cost(const transformer::ModelConfig& config, std::int64_t positions) {
  return {.passes = 2 * static_cast<double>(positions) * transformer::layer_parameters(config),
          .row = 2 * transformer::mlp_parameters(config)};
}

}  // namespace pinpoint::patching
