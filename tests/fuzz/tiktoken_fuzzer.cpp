/// \file
/// Fuzzes qwen.tiktoken. The first line of the input is a text. The other lines are appended to the lines of the 256
/// bytes, which every accepted file has and which a fuzzer would not find. The whole input is also read as a file.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>

#include "language/tokenizers/byte_pair_tokenizer.h"
#include "language/tokenizers/normalizer.h"
#include "language/tokenizers/qwen_tokenizer.h"
#include "language/tokenizers/tiktoken_file.h"
#include "system/base/check.h"
#include "tokenizer_checks.h"

namespace pinpoint::tokenizers {
namespace {

/// The bytes 0 to 255 with the ranks 0 to 255.
std::string byte_lines() {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string lines;
  for (unsigned byte = 0; byte < 256; ++byte)
    lines += fmt::format("{}{}== {}\n", digits[byte >> 2], digits[(byte & 3) << 4], byte);
  return lines;
}

std::optional<std::vector<std::string>> parse(std::string_view file) {
  try {
    return parse_tiktoken(file, "qwen.tiktoken");
  } catch (const UserError&) {
    return std::nullopt;
  }
}

void check_vocabulary(const std::vector<std::string>& tokens, std::string_view text) {
  const tokenizers::BytePairTokenizer tokenizer(tokenizers::describe_qwen(tokens, "qwen.tiktoken"), "qwen.tiktoken");
  const std::string normal = tokenizers::normalized(well_formed(text), tokenizers::NormalForm::nfc);
  fuzz::expect(fuzz::check_tokenizer(tokenizer, text) == normal, "a text's ids decode to its normal form");
}

}  // namespace
}  // namespace pinpoint::tokenizers

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pinpoint::tokenizers;
  static const std::string bytes = byte_lines();
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line_end = std::min(input.find('\n'), input.size());
  const std::string_view rest = input.substr(std::min(line_end + 1, input.size()));
  if (const auto tokens = parse(bytes + std::string(rest))) check_vocabulary(*tokens, input.substr(0, line_end));
  if (const auto tokens = parse(input)) check_vocabulary(*tokens, input);
  return 0;
}
