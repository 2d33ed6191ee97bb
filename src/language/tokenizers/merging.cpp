#include "language/tokenizers/merging.h"

#include <algorithm>
#include <array>
#include <queue>
#include <tuple>
#include <vector>

#include "system/base/check.h"

namespace pinpoint::tokenizers {
namespace {

using Found = MergeTable::Found;

/// A merge that was possible when it entered the heap.
struct Candidate {
  std::uint32_t rank;
  std::size_t at;  ///< of its left symbol
  /// Reversed, because std::priority_queue has the largest on top.
  bool operator<(const Candidate& other) const { return std::tie(rank, at) > std::tie(other.rank, other.at); }
};

/// The symbols of a long piece as a linked list. A symbol that merged into the one before it is unlinked.
class LinkedPiece {
 public:
  LinkedPiece(std::span<Symbol> symbols, const MergeTable& table) : symbols_(symbols), table_(table) {
    const std::size_t n = symbols.size();
    links_.resize(n);
    std::vector<Candidate> candidates;
    candidates.reserve(n);
    for (std::size_t at = 0; at < n; ++at) {
      links_[at] = {at == 0 ? none : at - 1, at + 1 == n ? none : at + 1, {}};
      look_up(at);
      if (links_[at].merge.rank != MergeTable::never) candidates.push_back({links_[at].merge.rank, at});
    }
    heap_ = std::priority_queue<Candidate>({}, std::move(candidates));
  }

  void merge_all() {
    while (!heap_.empty()) {
      const Candidate best = heap_.top();
      heap_.pop();
      if (links_[best.at].merge.rank == best.rank) merge_at(best.at);  // otherwise its neighbours have changed
    }
  }

  /// Moves the remaining symbols to the front.
  std::size_t compact() {
    std::size_t count = 0;
    for (std::size_t at = 0; at != none; at = links_[at].next) symbols_[count++] = symbols_[at];
    return count;
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  struct Link {
    std::size_t previous, next;
    Found merge;  ///< with the next symbol
  };

  void look_up(std::size_t at) {
    const std::size_t next = links_[at].next;
    links_[at].merge = next == none ? Found{} : table_.find(symbols_[at], symbols_[next]);
  }

  void refresh(std::size_t at) {
    look_up(at);
    if (links_[at].merge.rank != MergeTable::never) heap_.push({links_[at].merge.rank, at});
  }

  void merge_at(std::size_t at) {
    Link& link = links_[at];
    symbols_[at] = link.merge.result;
    Link& merged = links_[link.next];
    merged.merge = {};  // its candidates in the heap are outdated
    link.next = merged.next;
    if (link.next != none) links_[link.next].previous = at;
    refresh(at);
    if (link.previous != none) refresh(link.previous);
  }

  std::span<Symbol> symbols_;
  const MergeTable& table_;
  std::vector<Link> links_;
  std::priority_queue<Candidate> heap_;
};

}  // namespace

std::size_t merge(std::span<Symbol> symbols, const MergeTable& table) {
  return symbols.size() <= longest_short ? merge_short(symbols, table) : merge_long(symbols, table);
}

std::size_t merge_short(std::span<Symbol> symbols, const MergeTable& table) {
  PINPOINT_EXPECT(symbols.size() <= longest_short);
  std::size_t count = symbols.size();
  if (count < 2) return count;
  std::array<std::uint32_t, longest_short> ranks;  // of each symbol's merge with the next one
  std::array<Symbol, longest_short> results;
  const auto look_up = [&](std::size_t at) {
    const Found found = at + 1 < count ? table.find(symbols[at], symbols[at + 1]) : Found{};
    ranks[at] = found.rank;
    results[at] = found.result;
  };
  for (std::size_t at = 0; at < count; ++at) look_up(at);
  while (true) {
    const auto best = static_cast<std::size_t>(std::min_element(ranks.data(), ranks.data() + count) - ranks.data());
    if (ranks[best] == MergeTable::never) return count;
    symbols[best] = results[best];
    for (std::size_t at = best + 1; at + 1 < count; ++at) {
      symbols[at] = symbols[at + 1];
      ranks[at] = ranks[at + 1];
      results[at] = results[at + 1];
    }
    --count;
    look_up(best);
    if (best > 0) look_up(best - 1);
  }
}

std::size_t merge_long(std::span<Symbol> symbols, const MergeTable& table) {
  if (symbols.empty()) return 0;
  LinkedPiece piece(symbols, table);
  piece.merge_all();
  return piece.compact();
}

}  // namespace pinpoint::tokenizers
