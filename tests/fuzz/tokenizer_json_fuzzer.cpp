/// \file
/// Fuzzes tokenizer.json. The first line of the input is a text to encode, the rest is the file.
#include <algorithm>
#include <cstdint>
#include <optional>

#include "language/tokenizers/byte_pair_tokenizer.h"
#include "language/tokenizers/tokenizer_json.h"
#include "system/base/check.h"
#include "tokenizer_checks.h"

namespace pinpoint::tokenizers {
namespace {

void check_file(std::string_view text, std::string_view json) {
  std::optional<tokenizers::BytePairTokenizer> tokenizer;
  try {
    tokenizer.emplace(parse_tokenizer_json(json, "tokenizer.json"), "tokenizer.json");
    fuzz::check_tokenizer(*tokenizer, text);
  } catch (const UserError&) {
    // also for a text: steps that make it too long, or a pattern that takes too long
  }
}

}  // namespace
}  // namespace pinpoint::tokenizers

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line_end = std::min(input.find('\n'), input.size());
  pinpoint::tokenizers::check_file(input.substr(0, line_end), input.substr(std::min(line_end + 1, input.size())));
  return 0;
}
