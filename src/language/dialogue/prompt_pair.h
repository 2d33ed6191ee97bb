/// \file
/// Pairs of prompts (method: section 1; paper: Table 9): in the reference the user doubts the answer, in the
/// counterfactual the user agrees with it.
#pragma once

#include <string>
#include <variant>

#include "language/text/message.h"
#include "language/text/tokenizer.h"

namespace pinpoint::dialogue {

/// A pair as token ids: what the sweep runs on. Neither list is empty; their lengths may differ.
struct TokenPair {
  std::string id;
  text::TokenIds reference;
  text::TokenIds counterfactual;
  bool operator==(const TokenPair&) const = default;
};

/// A pair as messages, each dialogue ending with a user's message.
struct PromptPair {
  std::string id;
  text::Dialogue reference;
  text::Dialogue counterfactual;
  bool operator==(const PromptPair&) const = default;
};

/// A line of pairs.jsonl holds either kind.
using AnyPair = std::variant<PromptPair, TokenPair>;

}  // namespace pinpoint::dialogue
