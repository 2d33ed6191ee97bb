#include "text/byte_pair.h"

#include <queue>

namespace pinpoint::text {
namespace {

class Merger {
 public:
  Merger(const std::vector<Symbol>& symbols, const ScoreOf& score_of) : score_of_(score_of) {
    for (std::size_t i = 0; i < symbols.size(); ++i) {
      links_.push_back({symbols[i], i - 1, i + 1});
      if (i > 0) propose(i - 1, i);
    }
  }

  std::vector<std::string_view> merge() {
    while (!pairs_.empty()) {
      const Pair best = pairs_.top();
      pairs_.pop();
      if (is_current(best)) merge(best);
    }
    std::vector<std::string_view> merged;
    for (const Link& link : links_) {
      if (!link.symbol.text.empty()) merged.push_back(link.symbol.text);
    }
    return merged;
  }

 private:
  /// A symbol with the places of its neighbours; those beyond the ends are no places. Empty once merged into its left
  /// neighbour.
  struct Link {
    Symbol symbol;
    std::size_t previous, next;
  };

  /// Two neighbours that may be merged, as they were when they were proposed.
  struct Pair {
    float score;
    std::size_t left, right;
    std::string_view text;
    bool operator<(const Pair& other) const { return score != other.score ? score < other.score : left > other.left; }
  };

  /// From the beginning of the left text to the end of the right one.
  static std::string_view join(std::string_view left, std::string_view right) {
    return {left.data(), left.size() + right.size()};
  }

  void propose(std::size_t left, std::size_t right) {
    if (left >= links_.size() || right >= links_.size()) return;
    const Symbol &a = links_[left].symbol, &b = links_[right].symbol;
    if (a.is_fixed || b.is_fixed) return;
    const std::string_view text = join(a.text, b.text);
    if (const auto score = score_of_(text)) pairs_.push({*score, left, right, text});
  }

  /// Whether neither of the two was merged since.
  bool is_current(const Pair& pair) const {
    const std::string_view left = links_[pair.left].symbol.text, right = links_[pair.right].symbol.text;
    return !left.empty() && !right.empty() && left.size() + right.size() == pair.text.size();
  }

  void merge(const Pair& pair) {
    Link &left = links_[pair.left], &right = links_[pair.right];
    left.symbol.text = pair.text;
    right.symbol.text = {};
    left.next = right.next;
    if (left.next < links_.size()) links_[left.next].previous = pair.left;
    propose(left.previous, pair.left);
    propose(pair.left, left.next);
  }

  const ScoreOf& score_of_;
  std::vector<Link> links_;
  std::priority_queue<Pair> pairs_;
};

}  // namespace

std::vector<std::string_view> merge_pairs(const std::vector<Symbol>& symbols, const ScoreOf& score_of) {
  return Merger(symbols, score_of).merge();
}

}  // namespace pinpoint::text
