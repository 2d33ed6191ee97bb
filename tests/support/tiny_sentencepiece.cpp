#include "support/tiny_sentencepiece.h"

#include <cstring>

#include "text/sentencepiece_model.h"
#include "text/sentencepiece_tokenizer.h"

namespace pinpoint::test {
namespace {

// As sentencepiece_model.proto numbers them.
constexpr int normal = 1, unknown = 2, control = 3;
constexpr int pieces_field = 1, trainer_spec_field = 2, normalizer_spec_field = 3;

/// Protocol buffer wire format: the key of a field, then its value (all lengths and numbers here are below 128).
std::string number_field(int field, char value) { return {static_cast<char>(field << 3 | 0), value}; }
std::string bytes_field(int field, std::string_view bytes) {
  return std::string{static_cast<char>(field << 3 | 2), static_cast<char>(bytes.size())}.append(bytes);
}
std::string float_field(int field, float value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  return std::string{static_cast<char>(field << 3 | 5)}.append(bytes, sizeof value);
}

}  // namespace

std::string sentencepiece_piece(std::string_view text, int type, float score) {
  return bytes_field(pieces_field,
                     bytes_field(1, text) + float_field(2, score) + number_field(3, static_cast<char>(type)));
}

std::string tiny_sentencepiece_model() {
  const auto& piece = sentencepiece_piece;
  std::string model = piece("<unk>", unknown, 0) + piece("<s>", control, 0) + piece("</s>", control, 0);
  model += piece("\n", normal, 0) + piece(text::space_mark, normal, 0);
  for (char c = '!'; c <= '~'; ++c) model += piece(std::string_view(&c, 1), normal, 0);
  model += piece("Ye", normal, -1) + piece("Yes", normal, -2);
  model += piece(std::string(text::space_mark) + "Yes", normal, -3);
  constexpr char byte_pair = 2;
  model += bytes_field(trainer_spec_field, number_field(3, byte_pair));
  const std::string dummy_prefix = number_field(3, 1), keep_spaces = number_field(4, 0), escape = number_field(5, 1);
  return model + bytes_field(normalizer_spec_field, bytes_field(1, "identity") + dummy_prefix + keep_spaces + escape);
}

std::unique_ptr<text::Tokenizer> tiny_tokenizer() {
  return std::make_unique<text::SentencePieceTokenizer>(tiny_sentencepiece_model(), "tiny");
}

text::TokenIds spelled(std::string_view text) {
  text::TokenIds ids;
  for (char c : text) ids.push_back(c == '\n' ? 3 : c == ' ' ? 4 : 5 + (c - '!'));
  return ids;
}

}  // namespace pinpoint::test
