/// \file
/// What a sweep is asked to do, and its operations (docs/patching.md, "Operations").
#pragma once

#include <cstdint>
#include <optional>

#include "planning/symbols.h"

namespace pinpoint::planning {

/// Token counts are means over the pairs. Tile, group and stack as patching::Tiling has them.
struct SweepWork {
  std::int64_t samples = 100;     ///< N
  double reference_tokens = 120;  ///< T
  double counterfactual_tokens = 120;
  double suffix_tokens = 14;                         ///< Ts: what B computes of the counterfactual
  std::int64_t tile_rows = 512;                      ///< M
  std::int64_t group_samples = 16;                   ///< samples whose rows share tiles; a block is whole groups
  std::int64_t pass_rows = 512;                      ///< least positions of a stack of passes
  std::optional<std::int64_t> block = std::nullopt;  ///< samples of a block, as configured
  double seconds_per_block = 900;
  std::int64_t checks = 4;  ///< literal passes of exact_check

  double positions() const { return reference_tokens + suffix_tokens; }
};

/// Of a whole sweep by all ranks, as the program counts them (model::Work); padding of tiles and literal passes apart.
struct SweepOperations {
  double passes = 0, rows = 0, joins = 0, unembedding = 0;
  double null_rows = 0, null_joins = 0, null_unembedding = 0, pass_a_logits = 0, attention = 0;

  /// The four of the formula: what the sweep is compared by.
  double formula() const { return passes + rows + joins + unembedding; }
  double all() const { return formula() + null_rows + null_joins + null_unembedding + pass_a_logits + attention; }
};
SweepOperations sweep_operations(const model::ModelConfig& config, const SweepWork& work);

/// Attention scores and what they weigh, of both passes of a sample in one layer.
double pass_attention(const Symbols& symbols, const SweepWork& work);

/// The same asked of the literal procedure: a forward pass of the reference per sample and head.
double literal_operations(const model::ModelConfig& config, const SweepWork& work);

}  // namespace pinpoint::planning
