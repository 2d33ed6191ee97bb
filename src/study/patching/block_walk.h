/// \file
/// One walk of a block of samples over the layers: passes A and B, and every (layer, head) patched, by all ranks
/// together (method: section 2; docs/patching.md).
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "language/dialogue/prompt_pair.h"
#include "model/transformer/transformer.h"
#include "study/effects/sweep_record.h"
#include "study/patching/arithmetic.h"
#include "study/patching/sweep_plan.h"
#include "system/parallel/communicator.h"

namespace pinpoint::patching {

/// A block is whole groups.
struct Block {
  std::vector<parallel::Range> groups;  ///< of indices in `pairs`, ascending
  std::int64_t samples() const;
};

struct WalkSettings {
  Arithmetic arithmetic = Arithmetic::float32;
  std::vector<std::int64_t> record_tokens;  ///< ids, each below V
  std::int64_t tile_rows = 0;
  std::int64_t pass_rows = 0;               ///< passes A and B run stacked into products of at least so many positions
  std::vector<effects::ExactCheck> checks;  ///< of the whole sweep; a walk makes those of its own samples
};

/// Both are called on every rank, after every layer.
struct WalkObserver {
  std::function<bool()> stop;                     ///< true on all ranks: the walk is given up, unless it is through
  std::function<void(double share)> on_progress;  ///< share of the walk's operations that are done
};

/// Walks `block` through all layers. Collective. Returns the record on rank 0, an empty one (no samples) on the others;
/// nothing where `observer.stop` said so. `operations` counts what this rank computed.
///
/// The record's bits depend on model, arithmetic, pairs, record tokens, tile_rows, pass_rows and the groups, never on
/// the number of ranks, the other groups of the block, or who computed what. \throws Failure when a result is not
/// finite
std::optional<effects::SweepRecord> walk(const transformer::Transformer& transformer,
                                         const std::vector<dialogue::TokenPair>& pairs, const Block& block,
                                         const WalkSettings& settings, const parallel::Communicator& world,
                                         const WalkObserver& observer, transformer::Operations& operations);

}  // namespace pinpoint::patching
