#include "study/patching/tiling.h"

#include <algorithm>
#include <bit>

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

}  // namespace pinpoint::patching
