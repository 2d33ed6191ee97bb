/// \file
/// Random prompt pairs as token ids.
#pragma once

#include <cstdint>
#include <filesystem>

namespace pinpoint::test {

struct RandomPairs {
  std::int64_t count = 8;
  std::int64_t vocabulary = 96;  ///< ids are drawn from 0 .. vocabulary-1
  std::int64_t min_tokens = 1;   ///< the length of a prompt is drawn from min_tokens .. max_tokens
  std::int64_t max_tokens = 24;
  double common_prefix = 0.5;  ///< common prefix as a share of the shorter prompt, rounded down
  std::uint64_t seed = 0;
};

/// Writes pairs.jsonl: a line {"id": "pair-0", "reference_tokens": [..], "counterfactual_tokens": [..]} per pair.
void write_random_pairs(const std::filesystem::path& file, const RandomPairs& pairs);

}  // namespace pinpoint::test
