#include "support/tiny_sentencepiece.h"

#include <cstring>

#include "text/sentencepiece_tokenizer.h"

namespace pinpoint::test {
namespace {

// What SentencePiece's sentencepiece_model.proto calls by these names.
enum class PieceType : char { normal = 1, unknown = 2, control = 3 };
constexpr int pieces_field = 1, trainer_spec_field = 2, normalizer_spec_field = 3;
constexpr std::string_view space = "\u2581";

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

std::string piece(std::string_view text, PieceType type = PieceType::normal, float score = 0) {
  return bytes_field(pieces_field,
                     bytes_field(1, text) + float_field(2, score) + number_field(3, static_cast<char>(type)));
}

}  // namespace

std::string tiny_sentencepiece_model() {
  std::string model =
      piece("<unk>", PieceType::unknown) + piece("<s>", PieceType::control) + piece("</s>", PieceType::control);
  model += piece("\n") + piece(space);
  for (char c = '!'; c <= '~'; ++c) model += piece(std::string_view(&c, 1));
  model += piece("Ye", PieceType::normal, -1) + piece("Yes", PieceType::normal, -2);
  model += piece(std::string(space) + "Yes", PieceType::normal, -3);
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
