#include "language/tokenizers/tiktoken_file.h"

#include <cstdint>
#include <optional>
#include <unordered_map>

#include "system/base/check.h"
#include "system/base/number.h"
#include "system/files/base64.h"

namespace pinpoint::tokenizers {
namespace {

struct RankedToken {
  std::string bytes;
  std::size_t rank = 0;
};

std::optional<RankedToken> parse_line(std::string_view line) {
  const std::size_t blank = line.find(' ');
  if (blank == 0 || blank == std::string_view::npos) return std::nullopt;
  const auto bytes = files::decode_base64(line.substr(0, blank));
  const auto rank = parse_number<std::size_t>(line.substr(blank + 1));
  if (!bytes || bytes->empty() || !rank) return std::nullopt;
  return RankedToken{*bytes, *rank};
}

/// Removes the first line from `text` and returns it.
std::string_view take_line(std::string_view& text) {
  const std::size_t length = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, length);
  text.remove_prefix(std::min(length + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// Token and line by rank.
struct Entry {
  std::string bytes;
  std::size_t line = 0;
};

std::vector<std::string> in_order(std::unordered_map<std::size_t, Entry>&& by_rank, const std::string& name) {
  std::vector<std::string> tokens(by_rank.size());
  for (std::size_t rank = 0; rank < tokens.size(); ++rank) {
    const auto found = by_rank.find(rank);
    validate(found != by_rank.end(), "{}: no line has the rank {} (there are {} tokens); copy the model's file anew",
             name, rank, tokens.size());
    tokens[rank] = std::move(found->second.bytes);
  }
  return tokens;
}

}  // namespace

std::vector<std::string> parse_tiktoken(std::string_view text, const std::string& name) {
  validate(!text.empty(), "{}: the file is empty; copy the model's file anew", name);
  std::unordered_map<std::size_t, Entry> by_rank;
  std::unordered_map<std::string, std::size_t> lines;  // by token
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = take_line(text);
    if (line.empty() && text.empty()) break;
    auto token = parse_line(line);
    validate(
        token.has_value(),
        "{}:{}: this is no token in base64, a blank and its rank (the file is damaged); copy the model's file anew",
        name, number);
    const auto [token_line, is_new] = lines.emplace(token->bytes, number);
    validate(is_new, "{}:{}: the same token is in line {} (the file is damaged); copy the model's file anew", name,
             number, token_line->second);
    const auto [entry, is_new_rank] = by_rank.emplace(token->rank, Entry{std::move(token->bytes), number});
    validate(is_new_rank, "{}:{}: the rank {} is also in line {} (the file is damaged); copy the model's file anew",
             name, number, token->rank, entry->second.line);
  }
  for (int byte = 0; byte < 256; ++byte)
    validate(lines.count(std::string(1, static_cast<char>(byte))) == 1,
             "{}: no line has only the byte 0x{:02X} (a text with it could not be encoded); copy the model's file "
             "anew",
             name, byte);
  return in_order(std::move(by_rank), name);
}

bool looks_like_tiktoken(std::string_view text) { return parse_line(take_line(text)).has_value(); }

}  // namespace pinpoint::tokenizers
