#include "support/tiny_sentencepiece.h"

#include "language/tokenizers/sentencepiece_model.h"
#include "language/tokenizers/sentencepiece_tokenizer.h"

namespace pinpoint::test {

std::string tiny_sentencepiece_model() {
  using Kind = tokenizers::Piece::Kind;
  std::vector<tokenizers::Piece> pieces{{"<unk>", Kind::unknown}, {"<s>", Kind::control}, {"</s>", Kind::control}};
  pieces.push_back({"\n"});
  pieces.push_back({tokenizers::piece_blank});
  for (char c = '!'; c <= '~'; ++c) pieces.push_back({std::string(1, c)});
  pieces.push_back({"Ye", Kind::normal, -1});
  pieces.push_back({"Yes", Kind::normal, -2});
  pieces.push_back({tokenizers::piece_blank + std::string("Yes"), Kind::normal, -3});
  return tokenizers::make_sentencepiece_model(pieces, tokenizers::PieceAlgorithm::byte_pair);
}

std::unique_ptr<text::Tokenizer> tiny_tokenizer() {
  return std::make_unique<tokenizers::SentencePieceTokenizer>(tiny_sentencepiece_model(), "tiny");
}

text::TokenIds spelled(std::string_view text) {
  text::TokenIds ids;
  for (char c : text) ids.push_back(c == '\n' ? 3 : c == ' ' ? 4 : 5 + (c - '!'));
  return ids;
}

}  // namespace pinpoint::test
