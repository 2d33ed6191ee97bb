/// \file
/// Pairs of prompts (docs/method.md, 1.1; paper: Table 9). In the reference the user doubts the answer; in the
/// counterfactual the user agrees with it.
#pragma once

#include <string>
#include <variant>

#include "language/text/message.h"
#include "language/text/tokenizer.h"

namespace pinpoint::dialogue {

/// A pair as token ids, for the sweep. Neither list is empty. Their lengths may differ.
struct TokenPair {
  std::string id;
  text::TokenIds reference;
  text::TokenIds counterfactual;
  bool operator==(const TokenPair&) const = default;
};

/// A pair as messages. Each dialogue ends with a user's message.
struct PromptPair {
  std::string id;
  text::Dialogue reference;
  text::Dialogue counterfactual;
  bool operator==(const PromptPair&) const = default;
};

/// A line of pairs.jsonl is one or the other.
using AnyPair = std::variant<PromptPair, TokenPair>;

}  // namespace pinpoint::dialogue
