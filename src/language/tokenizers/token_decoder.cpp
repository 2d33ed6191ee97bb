#include "language/tokenizers/token_decoder.h"

#include <functional>
#include <numeric>
#include <utility>

#include "language/tokenizers/byte_alphabet.h"
#include "language/tokenizers/byte_token.h"
#include "language/tokenizers/growth.h"
#include "system/base/unicode.h"

namespace pinpoint::tokenizers {
namespace {

using Tokens = TokenDecoder::Tokens;

std::string joined(const Tokens& tokens) { return std::accumulate(tokens.begin(), tokens.end(), std::string()); }

/// Adds adjacent bytes as characters.
void add_bytes(const std::string& bytes, Tokens& tokens) {
  if (is_utf8(bytes))
    tokens.push_back(bytes);
  else
    tokens.insert(tokens.end(), bytes.size(), "\uFFFD");
}

Tokens apply_step(const JoinByteTokens&, const Tokens& tokens) {
  Tokens result;
  std::string bytes;
  for (const std::string& token : tokens) {
    if (const auto byte = byte_of_token(token)) {
      bytes += *byte;
      continue;
    }
    if (!bytes.empty()) add_bytes(std::exchange(bytes, {}), result);
    result.push_back(token);
  }
  if (!bytes.empty()) add_bytes(bytes, result);
  return result;
}

Tokens apply_step(const JoinByteAlphabet&, const Tokens& tokens) {
  std::string bytes;
  for (const std::string& token : tokens) bytes += from_byte_alphabet(token).value_or(token);  // an added token is text
  return {well_formed(bytes)};
}

Tokens apply_step(const Fuse&, const Tokens& tokens) { return {joined(tokens)}; }

Tokens apply_step(const StripTokens& strip, Tokens tokens) {
  for (std::string& token : tokens) {
    for (std::size_t i = 0; i < strip.at_front && token.starts_with(strip.text); ++i) token.erase(0, strip.text.size());
    for (std::size_t i = 0; i < strip.at_end && token.ends_with(strip.text); ++i)
      token.resize(token.size() - strip.text.size());
  }
  return tokens;
}

Tokens apply_step(const UndoMetaspace& metaspace, Tokens tokens) {
  const Replacement by_blank{metaspace.blank, " "}, by_nothing{metaspace.blank, ""};
  for (std::size_t i = 0; i < tokens.size(); ++i)
    tokens[i] = (i == 0 && metaspace.has_prefix ? by_nothing : by_blank).apply(tokens[i]);
  return tokens;
}

Tokens apply_step(const Replacement& replacement, Tokens tokens) {
  for (std::string& token : tokens) token = replacement.apply(token);
  return tokens;
}

std::size_t total_size(const Tokens& tokens) {
  return std::transform_reduce(tokens.begin(), tokens.end(), std::size_t{0}, std::plus<>(),
                               [](const std::string& token) { return token.size(); });
}

}  // namespace

TokenDecoder::TokenDecoder(std::vector<Step> steps, std::string where)
    : steps_(std::move(steps)), where_(std::move(where)) {}

std::string TokenDecoder::decode(Tokens tokens) const {
  const std::size_t before = total_size(tokens);
  for (const Step& step : steps_) {
    tokens = std::visit([&](const auto& s) { return apply_step(s, std::move(tokens)); }, step);
    check_growth(before, total_size(tokens), where_);
  }
  return joined(tokens);
}

}  // namespace pinpoint::tokenizers
