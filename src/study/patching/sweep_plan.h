/// \file
/// The sample sets of a sweep, its tiling and its checks: index arithmetic, the same on every rank.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/transformer/model_config.h"
#include "study/effects/sweep_record.h"
#include "study/patching/options.h"
#include "system/parallel/partition.h"

namespace pinpoint::patching {

/// The shape of the products that rows go through. A function of model, device and configuration only.
struct Tiling {
  std::int64_t tile_rows = 0;    ///< M
  std::int64_t set_samples = 0;  ///< samples whose rows share tiles
  std::int64_t pass_rows = 0;    ///< fewest positions of a stack of passes A and B, if its set has as many
  bool operator==(const Tiling&) const = default;
};

/// `tile_rows` if the configuration gives it, else a number that suits the device. A set has enough samples that its
/// rows of one layer fill several tiles.
Tiling choose_tiling(const transformer::ModelConfig& config, std::optional<std::int64_t> tile_rows, bool on_gpu);

/// Samples 0 .. count-1 cut in order into sets; the last one may be smaller.
std::vector<parallel::Range> cut_sample_sets(std::int64_t count, std::int64_t set_samples);

/// The sets that are not among `saved`. A set of another size (the last one, after a change of `sweep.samples`) is
/// computed again, because its numbers may differ in the last bits.
std::vector<parallel::Range> pending_sets(const std::vector<parallel::Range>& sets,
                                          const std::vector<parallel::Range>& saved);

/// `count` random (sample, layer, head), or all if there are fewer, in ascending order. Deviations are 0.
std::vector<effects::ExactCheck> choose_checks(std::uint64_t seed, std::int64_t count, std::int64_t samples,
                                               const transformer::ModelConfig& config);

/// Operations per layer (a multiplication and an addition are two), for progress.
struct LayerCost {
  double passes = 0;  ///< passes A and B over `positions`
  double row = 0;     ///< one row through the MLP
};
LayerCost layer_cost(const transformer::ModelConfig& config, std::int64_t positions);

}  // namespace pinpoint::patching
