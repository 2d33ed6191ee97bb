#include "language/tokenizers/pre_tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pinpoint::tokenizers {
namespace {

using testing::ElementsAre;
using Place = PreTokenizer::Place;

std::vector<std::string> pieces(const std::vector<PreTokenizer::Step>& steps, std::string_view text,
                                Place place = Place::beginning) {
  std::vector<std::string> found;
  PreTokenizer(steps).cut(text, place, [&](std::string_view piece) { found.emplace_back(piece); });
  return found;
}

/// The results of Hugging Face's library for "-" and "the-final--countdown" (its documentation of Split), and for the
/// inverted pattern.
TEST(PreTokenizer, TreatsMatchesAsConfigured) {
  const auto cut = [](Split::Matches matches, bool inverted = false) {
    return pieces({Split{Pattern("-", "here"), matches, inverted}}, "the-final--countdown");
  };
  EXPECT_THAT(cut(Split::Matches::removed), ElementsAre("the", "final", "countdown"));
  EXPECT_THAT(cut(Split::Matches::isolated), ElementsAre("the", "-", "final", "-", "-", "countdown"));
  EXPECT_THAT(cut(Split::Matches::merged_with_previous), ElementsAre("the-", "final-", "-", "countdown"));
  EXPECT_THAT(cut(Split::Matches::merged_with_next), ElementsAre("the", "-final", "-", "-countdown"));
  EXPECT_THAT(cut(Split::Matches::contiguous), ElementsAre("the", "-", "final", "--", "countdown"));
  EXPECT_THAT(cut(Split::Matches::removed, true), ElementsAre("-", "-", "-"));
}

TEST(PreTokenizer, WithoutStepsLeavesTextsWhole) {
  EXPECT_THAT(pieces({}, "a b"), ElementsAre("a b"));
  EXPECT_THAT(pieces({}, ""), ElementsAre());
}

TEST(PreTokenizer, CutsThePiecesOfThePreviousStep) {
  EXPECT_THAT(pieces({Split{Pattern("[0-9]+", "here")}, Split{Pattern("[b1]", "here")}}, "abc123"),
              ElementsAre("a", "b", "c", "1", "23"));
}

TEST(PreTokenizer, PutsABlankBeforeEveryPiece) {
  EXPECT_THAT(pieces({PrefixBlank{}}, "a"), ElementsAre(" a"));
  EXPECT_THAT(pieces({Split{Pattern(" ?[a-z]", "here")}, PrefixBlank{}}, "a b"), ElementsAre(" a", " b"));
}

TEST(PreTokenizer, WritesBlanksAsSentencePieceDoes) {
  EXPECT_THAT(pieces({Metaspace{}}, "a  b"), ElementsAre("\u2581a", "\u2581", "\u2581b"));
  EXPECT_THAT(pieces({Metaspace{.split = false}}, "a  b"), ElementsAre("\u2581a\u2581\u2581b"));
  EXPECT_THAT(pieces({Metaspace{}}, " a"), ElementsAre("\u2581a"));
  EXPECT_THAT(pieces({Metaspace{.prefix = Metaspace::Prefix::never}}, "a b"), ElementsAre("a", "\u2581b"));
}

TEST(PreTokenizer, CanPutABlankBeforeTheTextOnly) {
  const Metaspace first{.prefix = Metaspace::Prefix::only_of_text};
  EXPECT_THAT(pieces({first}, "a"), ElementsAre("\u2581a"));
  EXPECT_THAT(pieces({first}, "a", Place::later), ElementsAre("a"));
  EXPECT_THAT(pieces({Split{Pattern("[0-9]", "here")}, first}, "a1b"), ElementsAre("\u2581a", "1", "b"));
}

}  // namespace
}  // namespace pinpoint::tokenizers
