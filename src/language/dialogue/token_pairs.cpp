#include "language/dialogue/token_pairs.h"

#include <algorithm>

#include "system/base/check.h"

namespace pinpoint::dialogue {
namespace {

TokenPair encode(const PromptPair& pair, const text::DialogueEncoder& encoder) try {
  return {pair.id, encoder.encode(pair.reference, text::Generation::open),
          encoder.encode(pair.counterfactual, text::Generation::open)};
} catch (const UserError& error) {
  throw UserError(fmt::format("pair {}: {}", pair.id, error.what()));
}

void validate_ids(const std::string& pair, const text::TokenIds& ids, std::int64_t vocabulary) {
  for (text::TokenId id : ids) {
    validate(id >= 0 && id < vocabulary,
             "pair {}: token id {} is outside the model's vocabulary (ids 0 to {}); encode the pair with the model's "
             "own tokenizer",
             pair, id, vocabulary - 1);
  }
}

}  // namespace

bool hold_messages(const std::vector<AnyPair>& pairs) {
  return std::ranges::any_of(pairs, [](const AnyPair& pair) { return std::holds_alternative<PromptPair>(pair); });
}

TokenPairs tokenize_pairs(const std::vector<AnyPair>& pairs, const text::DialogueEncoder* encoder,
                          const PromptLimits& limits) {
  PINPOINT_EXPECT(encoder || !hold_messages(pairs));
  TokenPairs tokenized;
  for (const AnyPair& pair : pairs) {
    const auto* messages = std::get_if<PromptPair>(&pair);
    tokenized.pairs.push_back(messages ? encode(*messages, *encoder) : std::get<TokenPair>(pair));
    const TokenPair& added = tokenized.pairs.back();
    for (const text::TokenIds* prompt : {&added.reference, &added.counterfactual}) {
      validate_ids(added.id, *prompt, limits.vocabulary);
      if (std::ssize(*prompt) > limits.max_positions) ++tokenized.too_long;
    }
  }
  return tokenized;
}

}  // namespace pinpoint::dialogue
