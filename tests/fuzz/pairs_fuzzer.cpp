/// \file
/// Fuzzes pairs.jsonl. The input is the file's text.
#include <cstdint>
#include <optional>

#include "expect.h"
#include "language/datasets/pairs_file.h"
#include "system/base/check.h"

namespace pinpoint::datasets {
namespace {

using dialogue::AnyPair;
using dialogue::PromptPair;

std::optional<std::vector<AnyPair>> parse(std::string_view jsonl) {
  try {
    return parse_pairs(jsonl, "pairs.jsonl");
  } catch (const UserError&) {
    return std::nullopt;
  }
}

/// Only pairs of messages are written.
std::vector<PromptPair> prompt_pairs(const std::vector<AnyPair>& pairs) {
  std::vector<PromptPair> prompts;
  for (const AnyPair& pair : pairs)
    if (const auto* prompt = std::get_if<PromptPair>(&pair)) prompts.push_back(*prompt);
  return prompts;
}

void check_pairs(std::string_view jsonl) {
  const auto pairs = parse(jsonl);
  if (!pairs) return;
  const std::vector<PromptPair> prompts = prompt_pairs(*pairs);
  if (prompts.empty()) return;
  const auto again = parse(to_jsonl(prompts));
  fuzz::expect(again && *again == std::vector<AnyPair>(prompts.begin(), prompts.end()),
               "pairs that were written and parsed again are the same");
}

}  // namespace
}  // namespace pinpoint::datasets

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pinpoint::datasets::check_pairs({reinterpret_cast<const char*>(data), size});
  return 0;
}
