/// \file
/// Which rank computes what in a walk: index arithmetic without MPI and tensors, the same on every rank
/// (docs/method.md, 2.4; docs/patching.md).
#pragma once

#include <cstdint>
#include <vector>

#include "language/dialogue/prompt_pair.h"
#include "model/transformer/model_config.h"
#include "study/effects/sweep_record.h"
#include "study/patching/arithmetic.h"
#include "study/patching/row_layout.h"
#include "system/base/head_id.h"
#include "system/parallel/partition.h"

namespace pinpoint::patching {

/// The samples of one walk: whole sample sets.
struct Block {
  std::vector<parallel::Range> sets;  ///< of indices in `pairs`, ascending
  std::int64_t samples() const;
};

struct WalkSettings {
  Arithmetic arithmetic = Arithmetic::float32;
  std::vector<std::int64_t> record_tokens;  ///< ids, each below V
  std::int64_t tile_rows = 0;
  std::int64_t pass_rows = 0;               ///< a stack of passes A and B has at least this many positions
  std::vector<effects::ExactCheck> checks;  ///< of the whole sweep; a walk makes those of its own samples
};

/// A sample set in its block.
struct SetPlace {
  std::int64_t first = 0;  ///< its first sample, counted within the block
  RowLayout layout;        ///< of its rows
};

/// Consecutive samples of a set whose passes A and B go through every product together.
struct StackPlace {
  parallel::Range samples;     ///< indices in `pairs`
  std::int64_t first = 0;      ///< its first sample, counted within the block
  std::int64_t positions = 0;  ///< that its rank takes through every layer, literal passes included
  int owner = 0;               ///< rank
};

struct TilePlace {
  std::size_t set = 0;    ///< index in `WalkPlan::sets`
  std::int64_t tile = 0;  ///< number within the set
  int owner = 0;          ///< rank
};

/// Operations per layer (a multiplication and an addition are two), for progress.
struct LayerCost {
  double passes = 0;  ///< passes A and B over `positions`
  double row = 0;     ///< one row through the MLP
};
LayerCost layer_cost(const transformer::ModelConfig& config, std::int64_t positions);

struct WalkPlan {
  std::vector<std::int64_t> samples;        ///< [N] indices in `pairs`, ascending
  std::vector<std::vector<HeadId>> checks;  ///< [N] heads of the sample that literal passes check
  std::vector<SetPlace> sets;               ///< in order of their samples
  std::vector<StackPlace> stacks;           ///< in order of their samples
  std::vector<TilePlace> tiles;             ///< of all sets, by the layer at which their first row joins
  LayerCost cost;                           ///< of one layer: passes of the whole block, one row
  std::int64_t rows_per_layer = 0;          ///< that join

  /// [N] the rank that runs the passes of each sample.
  std::vector<int> pass_owners() const;
  /// [N] the rank whose tiles hold the null row of each sample. \pre rows are whole
  std::vector<int> null_row_owners() const;
  /// Operations of the walk before `layer`, without unembedding and checks.
  double operations_before(std::int64_t layer) const;
};

/// Stacks are dealt by their positions, tiles in turn, so that all ranks have about the same work at every layer.
WalkPlan plan_walk(const transformer::ModelConfig& config, const std::vector<dialogue::TokenPair>& pairs,
                   const Block& block, const WalkSettings& settings, int ranks);

/// Cuts the samples of a set, in order, into stacks of at least `least_rows` positions. The last one may have fewer.
std::vector<parallel::Range> cut_stacks(const std::vector<dialogue::TokenPair>& pairs, const parallel::Range& set,
                                        std::int64_t least_rows, const transformer::ModelConfig& config);

}  // namespace pinpoint::patching
