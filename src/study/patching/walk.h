/// \file
/// One walk of a block of samples over the layers: passes A and B, and every head patched, by all ranks together
/// (docs/method.md, 2.3; docs/patching.md).
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "language/dialogue/prompt_pair.h"
#include "model/transformer/transformer.h"
#include "study/effects/sweep_record.h"
#include "study/patching/walk_plan.h"
#include "system/parallel/communicator.h"

namespace pinpoint::patching {

/// Both functions are called on every rank, after every layer.
struct WalkObserver {
  std::function<bool()> stop;                     ///< true on all ranks: the walk is given up, unless it is at its end
  std::function<void(double share)> on_progress;  ///< share of the walk's operations that are done
};

/// Walks `block` through all layers. Collective. Returns the record on rank 0 and a record without samples on the other
/// ranks; nothing if `observer.stop` gave the walk up. `operations` counts what this rank computed.
///
/// The record's bits depend on model, arithmetic, pairs, record tokens, tile_rows, pass_rows and the sample sets. They
/// do not depend on the number of ranks, on the other sets of the block, or on which rank computed what.
/// \throws Failure if a result is not finite
std::optional<effects::SweepRecord> walk(const transformer::Transformer& transformer,
                                         const std::vector<dialogue::TokenPair>& pairs, const Block& block,
                                         const WalkSettings& settings, const parallel::Communicator& world,
                                         const WalkObserver& observer, transformer::Operations& operations);

}  // namespace pinpoint::patching
