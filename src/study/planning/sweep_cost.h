/// \file
/// The cost inputs of a sweep, and its operations (docs/method.md, 10.1; docs/patching.md, "Operations").
#pragma once

#include <cstdint>
#include <optional>

#include "model/transformer/activations.h"
#include "study/planning/machine.h"
#include "study/planning/symbols.h"

namespace pinpoint::planning {

/// The precision of a sweep, as far as it changes the cost (docs/precision.md).
struct SweepPrecision {
  enum class Rows { whole, differences };
  Rows rows = Rows::differences;
  transformer::Activations passes = transformer::Activations::two_parts;  ///< of passes A and B, and of whole rows

  bool has_differences() const { return rows == Rows::differences; }
  /// Whether layers are widened to float32 for the rows (model/transformer/layer_size.h).
  bool widens_layers(const Model& model) const;
  /// Number of matrix products per product of the passes.
  double pass_products(transformer::DType weights) const;
  /// Bytes of an activation of the passes, and of whole rows.
  double activation_bytes(transformer::DType weights) const;
  /// Operations per second in the products of passes, and of rows.
  double pass_rate(const Machine& machine, transformer::DType weights) const;
  double row_rate(const Machine& machine, transformer::DType weights) const;
};

/// Token counts are means over the pairs. Sizes of tiles, sets and stacks are those of patching::Tiling.
struct SweepCostInputs {
  SweepPrecision precision = {};
  std::int64_t samples = 100;     ///< N
  double reference_tokens = 120;  ///< T
  double counterfactual_tokens = 120;
  double suffix_tokens = 14;      ///< Ts: tokens of the counterfactual that B computes
  std::int64_t tile_rows = 512;   ///< M
  std::int64_t set_samples = 16;  ///< samples of a set, whose rows share tiles; a block is whole sets
  std::int64_t pass_rows = 512;   ///< smallest number of positions in a stack of passes
  std::optional<std::int64_t> block = std::nullopt;  ///< samples per block, if configured
  double seconds_per_block = 900;
  std::int64_t checks = 4;  ///< literal passes of exact_check

  double positions() const { return reference_tokens + suffix_tokens; }
};

/// Operations of a whole sweep by all ranks, counted as in the program (transformer::Work), without padding of tiles
/// and literal passes.
struct SweepOperations {
  double passes = 0, rows = 0, joins = 0, unembedding = 0;
  double null_rows = 0, null_joins = 0, null_unembedding = 0, pass_a_logits = 0, attention = 0;

  /// The operations of the formula, which targets refer to.
  double formula() const { return passes + rows + joins + unembedding; }
  double all() const { return formula() + null_rows + null_joins + null_unembedding + pass_a_logits + attention; }
};
SweepOperations sweep_operations(const Model& model, const SweepCostInputs& inputs);

/// Attention scores and weighted sums of both passes of a sample in one layer.
double pass_attention(const Symbols& symbols, const SweepCostInputs& inputs);

/// Of the literal procedure: a forward pass of the reference per sample and head.
double literal_operations(const transformer::ModelConfig& config, const SweepCostInputs& inputs);

}  // namespace pinpoint::planning
