/// \file
/// The sets of samples whose rows share tiles: index arithmetic, the same on every rank.
#pragma once

#include <cstdint>
#include <vector>

#include "system/parallel/partition.h"

namespace pinpoint::patching {

/// Samples 0 .. count-1 cut in order into sets; the last one may be smaller.
std::vector<parallel::Range> cut_sample_sets(std::int64_t count, std::int64_t set_samples);

/// The sets that are not among `saved`. A set of another size (the last one, after a change of `sweep.samples`) is
/// computed again, because its numbers may differ in the last bits.
std::vector<parallel::Range> pending_sets(const std::vector<parallel::Range>& sets,
                                          const std::vector<parallel::Range>& saved);

}  // namespace pinpoint::patching
