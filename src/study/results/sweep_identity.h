/// \file
/// What decides the numbers of a sweep, besides its samples. A resumed sweep must share it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "study/results/record_file.h"

namespace pinpoint::results {

struct SweepIdentity {
  std::string model_sha256;
  std::string dtype;                       ///< "bf16", "float32"
  std::string arithmetic;                  ///< "float32", "difference", "bf16"
  std::vector<RecordToken> record_tokens;  ///< [R]
  std::int64_t tile_rows = 0;              ///< rows of a tile
  std::int64_t set_samples = 0;            ///< samples whose rows share tiles
  bool operator==(const SweepIdentity&) const = default;
};

/// The first difference, in words: "model_sha256: saved 12ab34.., now 56cd78.. (other weights, ...)".
std::optional<std::string> difference(const SweepIdentity& saved, const SweepIdentity& now);

/// Keys of `sweep` that the identity contains, as given or as what follows from them.
inline constexpr std::string_view identity_options[] = {"sweep.record_tokens.apology", "sweep.record_tokens.confirm",
                                                        "sweep.record_token_ids", "sweep.arithmetic",
                                                        "sweep.tile_rows"};
/// All other keys of `sweep`. A resumed sweep may change them, each for the reason given.
inline constexpr std::pair<std::string_view, std::string_view> free_options[] = {
    {"sweep.pairs", "every pair is compared instead (pair_difference)"},
    {"sweep.samples", "saved samples are kept, and only the others are computed"},
    {"sweep.metric", "effects are computed from the record of all samples"},
    {"sweep.force_metric", "as sweep.metric"},
    {"sweep.bootstrap", "as sweep.metric"},
    {"sweep.exact_check", "the checks are compared with the record and change nothing in it"},
    {"sweep.block", "the numbers do not depend on the block"},
    {"sweep.minutes_per_block", "as sweep.block"},
};

}  // namespace pinpoint::results
