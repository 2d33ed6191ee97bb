/// \file
/// Fuzzes are_you_sure.jsonl. The input is the file's text.
#include <algorithm>
#include <cstdint>
#include <optional>

#include "expect.h"
#include "language/datasets/are_you_sure_file.h"
#include "language/text/chat_template.h"
#include "system/base/check.h"
#include "system/base/unicode.h"

namespace pinpoint::datasets {
namespace {

std::optional<AreYouSureFile> parse(std::string_view jsonl) {
  try {
    return parse_are_you_sure(jsonl, "are_you_sure.jsonl");
  } catch (const UserError&) {
    return std::nullopt;
  }
}

bool can_be_answered(const dialogue::AnsweredPrompt& prompt) {
  return !text::fault_of(prompt.prompt) && prompt.prompt.back().role == text::Role::user && is_utf8(prompt.answer);
}

void check_records(std::string_view jsonl) {
  const auto read = parse(jsonl);
  if (!read) return;
  fuzz::expect(static_cast<std::int64_t>(read->prompts.size()) + read->already_answered == read->file.rows,
               "every record is kept or counted as dropped");
  fuzz::expect(std::all_of(read->prompts.begin(), read->prompts.end(), can_be_answered),
               "every prompt ends with the user's message and has an answer");
}

}  // namespace
}  // namespace pinpoint::datasets

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pinpoint::datasets::check_records({reinterpret_cast<const char*>(data), size});
  return 0;
}
