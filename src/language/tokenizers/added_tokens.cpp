#include "language/tokenizers/added_tokens.h"

#include <algorithm>
#include <unicode/uchar.h>

#include "system/base/unicode.h"

namespace pinpoint::tokenizers {
namespace {

using text::TextRange;

/// Begin of the white space at the end of `text`.
std::size_t end_without_blanks(std::string_view text) {
  std::size_t end = 0;
  for (std::string_view rest = text; !rest.empty();)
    if (!is_white_space(take_character(rest))) end = text.size() - rest.size();
  return end;
}

std::size_t count_blanks_in_front(std::string_view text) {
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t start = text.size() - rest.size();
    if (!is_white_space(take_character(rest))) return start;
  }
  return text.size();
}

/// Whether `character` belongs to words: the class \w of Rust's library regex (Unicode's UTS #18, Annex C).
bool is_word_character(char32_t character) {
  const auto c = static_cast<UChar32>(character);
  const std::uint32_t kind = U_GET_GC_MASK(c);
  return u_hasBinaryProperty(c, UCHAR_ALPHABETIC) || u_hasBinaryProperty(c, UCHAR_JOIN_CONTROL) ||
         (kind & (U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK)) != 0;
}

char32_t character_at_end(std::string_view text) {
  std::size_t begin = text.size() - 1;
  while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) --begin;
  text.remove_prefix(begin);
  return take_character(text);
}

/// Whether the bytes [begin, end) of `text` touch no other character of a word.
bool is_single_word(std::string_view text, std::size_t begin, std::size_t end) {
  std::string_view behind = text.substr(end);
  return (begin == 0 || !is_word_character(character_at_end(text.substr(0, begin)))) &&
         (behind.empty() || !is_word_character(take_character(behind)));
}

}  // namespace

std::vector<TextRange> ranges_within(std::span<const TextRange> ranges, std::size_t begin, std::size_t end) {
  std::vector<TextRange> within;
  for (const TextRange& range : ranges) {
    const std::size_t first = std::max(range.begin, begin), last = std::min(range.end, end);
    if (first < last) within.push_back({first - begin, last - begin});
  }
  return within;
}

std::vector<TextRange> mapped_ranges(std::span<const TextRange> ranges, std::string_view text,
                                     const std::function<std::string(std::string_view)>& change) {
  const auto position = [&](std::size_t at) {
    if (at == 0) return at;
    return at < text.size() ? change(text.substr(0, at)).size() : std::string_view::npos;
  };
  std::vector<TextRange> mapped;
  for (const TextRange& range : ranges) mapped.push_back({position(range.begin), position(range.end)});
  return mapped;
}

AddedTokenFinder::AddedTokenFinder(std::vector<AddedToken> tokens) : tokens_(std::move(tokens)) {
  std::erase_if(tokens_, [](const AddedToken& token) { return token.form.empty(); });
  // Normalised forms can be equal: then the special token counts.
  std::stable_sort(tokens_.begin(), tokens_.end(), [](const AddedToken& a, const AddedToken& b) {
    return a.form.size() != b.form.size() ? a.form.size() > b.form.size() : a.special > b.special;
  });
  for (const AddedToken& token : tokens_) begins_[static_cast<unsigned char>(token.form.front())] = true;
  has_ordinary_ = std::any_of(tokens_.begin(), tokens_.end(), [](const AddedToken& token) { return !token.special; });
}

std::vector<Part> AddedTokenFinder::cut(std::string_view text, std::span<const TextRange> plain) const {
  std::vector<Part> parts;
  std::size_t done = 0;  // end of the last part
  const auto add_text = [&](std::size_t end) {
    if (done < end) parts.push_back({text.substr(done, end - done), {}});
  };
  const bool is_all_plain = !plain.empty() && plain.front().begin == 0 && plain.front().end >= text.size();
  const bool can_find = has_ordinary_ || (!tokens_.empty() && !is_all_plain);
  for (std::size_t at = 0; can_find && at < text.size();) {
    const auto [token, is_text] = match_at(text, at, plain);
    const std::size_t length = token ? token->form.size() : 1;
    if (!token || is_text || (token->single_word && !is_single_word(text, at, at + length))) {
      at += length;
      continue;
    }
    std::size_t begin = at, end = at + length;
    if (token->strips_left) begin = done <= at ? done + end_without_blanks(text.substr(done, at - done)) : end;
    at = end;  // before the white space: a token that consists of it is found too
    if (token->strips_right) end += count_blanks_in_front(text.substr(end));
    add_text(begin);
    parts.push_back({text.substr(begin, end - begin), token->id});
    done = end;
  }
  add_text(text.size());
  return parts;
}

AddedTokenFinder::Match AddedTokenFinder::match_at(std::string_view text, std::size_t at,
                                                   std::span<const TextRange> plain) const {
  if (!begins_[static_cast<unsigned char>(text[at])]) return {};
  for (const AddedToken& token : tokens_) {
    if (!text.substr(at).starts_with(token.form)) continue;
    if (!token.special) return {&token, false};
    const std::size_t begin = at + token.prefix, end = at + token.form.size();
    const auto overlap = std::find_if(plain.begin(), plain.end(),
                                      [&](const TextRange& range) { return range.begin < end && begin < range.end; });
    if (overlap == plain.end()) return {&token, false};
    if (overlap->begin <= begin && end <= overlap->end) return {&token, true};
  }
  return {};
}

}  // namespace pinpoint::tokenizers
