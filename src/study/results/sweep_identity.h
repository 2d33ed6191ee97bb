/// \file
/// What decides the numbers of a sweep besides its samples: saved results are gone on from only where it is the same.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "study/results/record_file.h"

namespace pinpoint::results {

struct SweepIdentity {
  std::string model_sha256;
  std::string dtype;                       ///< "bf16", "float32"
  std::string arithmetic;                  ///< "float32", "difference", "bf16"
  std::vector<RecordToken> record_tokens;  ///< [R]
  std::int64_t tile_rows = 0;              ///< rows of a tile
  std::int64_t set_samples = 0;            ///< samples in a set
  bool operator==(const SweepIdentity&) const = default;
};

/// The first thing in which both differ, in words: "model_sha256: saved 12ab34.., now 56cd78.. (other weights, ...)".
std::optional<std::string> difference(const SweepIdentity& saved, const SweepIdentity& now);

}  // namespace pinpoint::results
