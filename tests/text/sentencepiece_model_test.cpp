#include "text/sentencepiece_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/check.h"
#include "support/tiny_sentencepiece.h"

namespace pinpoint::text {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

void expect_refused(std::string_view bytes, const std::string& message) {
  EXPECT_THAT(([&] { parse_sentencepiece_model(bytes, "m/tokenizer.model"); }),
              ThrowsMessage<UserError>(HasSubstr("m/tokenizer.model: " + message)));
}

TEST(SentencePieceModel, HoldsPiecesAndSettings) {
  const auto model = parse_sentencepiece_model(test::tiny_sentencepiece_model(), "");
  ASSERT_EQ(model.pieces.size(), 102);
  EXPECT_EQ(model.pieces[0].type, SentencePiece::Type::unknown);
  EXPECT_EQ(model.pieces[1].text, "<s>");
  EXPECT_EQ(model.pieces[1].type, SentencePiece::Type::control);
  EXPECT_EQ(model.pieces[101].text, "\u2581Yes");
  EXPECT_EQ(model.pieces[101].score, -3);
  EXPECT_TRUE(model.add_dummy_prefix);
  EXPECT_EQ(model.bos, "<s>");
}

// The settings follow as messages that are merged with those in front: field 2 is the trainer's, 3 the normaliser's.
TEST(SentencePieceModel, TakesTheSettingsOfTheFile) {
  const std::string tiny = test::tiny_sentencepiece_model();
  EXPECT_EQ(parse_sentencepiece_model(tiny + "\x12\x05\xf2\x02\x02<b", "").bos, "<b");         // 46, two bytes of key
  EXPECT_EQ(parse_sentencepiece_model(tiny + "\x12\x04\xe2\x02\x01?", "").unknown_text, "?");  // 44
}

TEST(SentencePieceModel, RefusesOtherKindsOfModels) {
  using namespace std::string_literals;
  const std::string tiny = test::tiny_sentencepiece_model();
  expect_refused(tiny + "\x12\x02\x18\x01", "is a SentencePiece model of type 1");
  expect_refused(tiny + "\x1a\x07\x12\x01r\x20\x00\x28\x01"s, "the SentencePiece model normalises text");  // has rules
  expect_refused(tiny + "\x1a\x02\x20\x01", "the SentencePiece model normalises text");  // takes out white space
  expect_refused(tiny + "\x1a\x04\x20\x00\x28\x00"s, "the SentencePiece model normalises text");  // leaves spaces
  expect_refused(tiny + test::sentencepiece_piece("x", 5), "piece 102 of the model is empty, or of the unknown type 5");
  expect_refused(tiny + test::sentencepiece_piece("", 1), "piece 102 of the model is empty");
}

TEST(SentencePieceModel, RefusesWhatIsNoModel) {
  expect_refused("", "the model has no pieces");
  expect_refused("version https://git-lfs.github.com/spec/v1\n", "this is no SentencePiece model");
  expect_refused("<html>", "this is no SentencePiece model");
  const std::string tiny = test::tiny_sentencepiece_model();
  expect_refused(std::string_view(tiny).substr(0, tiny.size() - 1), "this is no SentencePiece model");
  expect_refused(tiny + "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "this is no SentencePiece model");
}

}  // namespace
}  // namespace pinpoint::text
