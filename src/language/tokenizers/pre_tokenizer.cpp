#include "language/tokenizers/pre_tokenizer.h"

#include <algorithm>

namespace pinpoint::tokenizers {
namespace {

using Place = PreTokenizer::Place;
using UsePiece = PreTokenizer::UsePiece;

/// A match, or the text between two matches.
struct Stretch {
  std::size_t begin = 0, end = 0;
  bool is_match = false;
};

std::vector<Stretch> stretches(std::string_view text, const Split& split) {
  std::vector<Stretch> all;
  std::size_t done = 0;
  split.pattern.each_match(text, [&](std::size_t begin, std::size_t end) {
    if (done < begin) all.push_back({done, begin, split.inverted});
    all.push_back({begin, end, !split.inverted});
    done = end;
  });
  if (done < text.size()) all.push_back({done, text.size(), split.inverted});
  return all;
}

/// Whether two adjacent stretches form one piece.
bool belong_together(const Stretch& one, const Stretch& next, Split::Matches matches) {
  switch (matches) {
    case Split::Matches::merged_with_previous: return !one.is_match && next.is_match;
    case Split::Matches::merged_with_next: return one.is_match && !next.is_match;
    case Split::Matches::contiguous: return one.is_match == next.is_match;
    default: return false;
  }
}

void apply_step(const Split& split, std::string_view text, Place, const UsePiece& use) {
  const std::vector<Stretch> all = stretches(text, split);
  for (auto first = all.begin(); first != all.end();) {
    auto last = first;
    while (last + 1 != all.end() && belong_together(*last, *(last + 1), split.matches)) ++last;
    const bool is_removed = first->is_match && split.matches == Split::Matches::removed;
    if (!is_removed) use(text.substr(first->begin, last->end - first->begin));
    first = last + 1;
  }
}

void apply_step(const PrefixBlank&, std::string_view text, Place, const UsePiece& use) {
  text.starts_with(' ') ? use(text) : use(std::string(1, ' ').append(text));
}

void apply_step(const Metaspace& metaspace, std::string_view text, Place place, const UsePiece& use) {
  const std::string& blank = metaspace.blank.to;
  std::string written = metaspace.blank.apply(text);
  const bool may_begin = metaspace.prefix == Metaspace::Prefix::always ||
                         (metaspace.prefix == Metaspace::Prefix::only_of_text && place == Place::beginning);
  if (may_begin && !written.starts_with(blank)) written.insert(0, blank);
  if (!metaspace.split) return use(written);
  const std::string_view rest = written;
  for (std::size_t begin = 0; begin < rest.size();) {
    const std::size_t end = std::min(rest.find(blank, begin + 1), rest.size());
    use(rest.substr(begin, end - begin));
    begin = end;
  }
}

}  // namespace

void PreTokenizer::cut_from(std::size_t step, std::string_view text, Place place, const UsePiece& use) const {
  if (text.empty()) return;
  if (step == steps_.size()) return use(text);
  Place next_place = place;
  const auto go_on = [&](std::string_view piece) {
    cut_from(step + 1, piece, next_place, use);
    next_place = Place::later;
  };
  std::visit([&](const auto& s) { apply_step(s, text, place, go_on); }, steps_[step]);
}

}  // namespace pinpoint::tokenizers
