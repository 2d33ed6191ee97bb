#include "language/tokenizers/added_tokens.h"

#include <algorithm>

#include "system/base/unicode.h"

namespace pinpoint::tokenizers {
namespace {

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

}  // namespace

AddedTokenFinder::AddedTokenFinder(std::vector<AddedToken> tokens) : tokens_(std::move(tokens)) {
  std::erase_if(tokens_, [](const AddedToken& token) { return token.form.empty(); });
  std::stable_sort(tokens_.begin(), tokens_.end(),
                   [](const AddedToken& a, const AddedToken& b) { return a.form.size() > b.form.size(); });
  for (const AddedToken& token : tokens_) begins_[static_cast<unsigned char>(token.form.front())] = true;
  finds_any_ = std::any_of(tokens_.begin(), tokens_.end(), [](const AddedToken& token) { return !token.special; });
}

std::vector<Part> AddedTokenFinder::cut(std::string_view text) const {
  std::vector<Part> parts;
  std::size_t done = 0;
  const auto add_text = [&](std::size_t end) {
    if (done < end) parts.push_back({text.substr(done, end - done), {}});
  };
  for (std::size_t at = 0; finds_any_ && at < text.size();) {
    const AddedToken* const found = longest_at_start(text.substr(at));
    if (!found || found->special) {
      at += found ? found->form.size() : 1;
      continue;
    }
    std::size_t begin = at, end = at + found->form.size();
    if (found->strips_left) begin = done + end_without_blanks(text.substr(done, begin - done));
    if (found->strips_right) end += count_blanks_in_front(text.substr(end));
    add_text(begin);
    parts.push_back({text.substr(begin, end - begin), found->id});
    at = done = end;
  }
  add_text(text.size());
  return parts;
}

const AddedToken* AddedTokenFinder::longest_at_start(std::string_view text) const {
  if (!begins_[static_cast<unsigned char>(text.front())]) return nullptr;
  const auto found = std::find_if(tokens_.begin(), tokens_.end(),
                                  [&](const AddedToken& token) { return text.starts_with(token.form); });
  return found == tokens_.end() ? nullptr : &*found;
}

}  // namespace pinpoint::tokenizers
