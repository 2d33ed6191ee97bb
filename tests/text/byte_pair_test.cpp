#include "text/byte_pair.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace pinpoint::text {
namespace {

using testing::ElementsAre;

/// `text` cut into bytes, merged by `scores`; the byte at `fixed` is merged with nothing.
std::vector<std::string_view> merge(std::string_view text, const std::map<std::string_view, float>& scores,
                                    std::size_t fixed = std::string_view::npos) {
  std::vector<Symbol> symbols;
  for (std::size_t i = 0; i < text.size(); ++i) symbols.push_back({text.substr(i, 1), i == fixed});
  return merge_pairs(symbols, [&](std::string_view piece) -> std::optional<float> {
    const auto found = scores.find(piece);
    return found == scores.end() ? std::nullopt : std::optional(found->second);
  });
}

TEST(MergePairs, MergesTheBestPairFirst) {
  EXPECT_THAT(merge("abc", {{"ab", -2.f}, {"bc", -1.f}}), ElementsAre("a", "bc"));
  EXPECT_THAT(merge("abc", {{"ab", -1.f}, {"bc", -2.f}}), ElementsAre("ab", "c"));
}

TEST(MergePairs, TakesTheLeftOfEqualPairs) {
  EXPECT_THAT(merge("aaa", {{"aa", 0.f}}), ElementsAre("aa", "a"));
  EXPECT_THAT(merge("abc", {{"ab", 0.f}, {"bc", 0.f}}), ElementsAre("ab", "c"));
}

TEST(MergePairs, GoesOnWithWhatWasMerged) {
  EXPECT_THAT(merge("abcd", {{"ab", -1.f}, {"cd", -2.f}, {"abcd", -3.f}}), ElementsAre("abcd"));
  EXPECT_THAT(merge("abcd", {{"abcd", -3.f}}), ElementsAre("a", "b", "c", "d"));  // no way leads there
}

TEST(MergePairs, PrefersANewPairThatIsBetterThanAnOldOne) {
  // "bc" makes "abc" possible, which comes before "de" and leaves nothing to "ab".
  EXPECT_THAT(merge("abcde", {{"bc", 0.f}, {"abc", -1.f}, {"de", -2.f}, {"abcd", -1.5f}}), ElementsAre("abcd", "e"));
}

TEST(MergePairs, LeavesFixedSymbolsAlone) {
  EXPECT_THAT(merge("abc", {{"ab", 0.f}, {"bc", 0.f}}, 1), ElementsAre("a", "b", "c"));
}

TEST(MergePairs, OfNothingIsNothing) { EXPECT_THAT(merge("", {}), ElementsAre()); }

}  // namespace
}  // namespace pinpoint::text
