#include "support/random_pairs.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>

#include "language/text/tokenizer.h"
#include "support/shared.h"
#include "system/base/random.h"

namespace pinpoint::test {
namespace {

std::int64_t draw(Random& random, std::int64_t bound) {
  return static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(bound)));
}

text::TokenIds draw_prompt(Random& random, const RandomPairs& pairs) {
  text::TokenIds prompt(
      static_cast<std::size_t>(pairs.min_tokens + draw(random, pairs.max_tokens - pairs.min_tokens + 1)));
  for (auto& token : prompt) token = draw(random, pairs.vocabulary);
  return prompt;
}

}  // namespace

void write_random_pairs(const std::filesystem::path& file, const RandomPairs& pairs) {
  Random random(pairs.seed, "pairs");
  std::string lines;
  for (std::int64_t i = 0; i < pairs.count; ++i) {
    const text::TokenIds reference = draw_prompt(random, pairs);
    text::TokenIds counterfactual = draw_prompt(random, pairs);
    const auto shorter = static_cast<double>(std::min(reference.size(), counterfactual.size()));
    std::copy_n(reference.begin(), static_cast<std::size_t>(shorter * pairs.common_prefix), counterfactual.begin());
    const nlohmann::ordered_json line = {
        {"id", fmt::format("pair-{}", i)}, {"reference_tokens", reference}, {"counterfactual_tokens", counterfactual}};
    lines += line.dump() + "\n";
  }
  write_text(file, lines);
}

}  // namespace pinpoint::test
