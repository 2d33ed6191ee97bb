/// \file
/// What a SentencePiece `tokenizer.model` holds: the pieces of its vocabulary, and how text is prepared for them.
/// The file is a protocol buffer (sentencepiece_model.proto of github.com/google/sentencepiece).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pinpoint::text {

/// The character that stands for a space inside pieces.
inline constexpr std::string_view space_mark = "\u2581";

struct SentencePiece {
  enum class Type { normal = 1, unknown, control, user_defined, unused, byte };
  std::string text;
  float score = 0;  ///< pairs with a higher score are merged first
  Type type = Type::normal;
};

struct SentencePieceModel {
  std::vector<SentencePiece> pieces;      ///< by id
  bool add_dummy_prefix = true;           ///< put a space in front of every text
  std::string bos = "<s>", eos = "</s>";  ///< surface forms, whether or not there are such pieces
  std::string unknown_text = " \u2047 ";  ///< what the unknown piece is decoded to
};

/// \param name of the file, for messages
/// \throws UserError for bytes that are no such file, for a vocabulary that contradicts itself, and for models of
///         another kind than the byte-pair ones of Llama and Mistral: unigram models, and those that change the text
///         (normalisation, white space taken out)
SentencePieceModel parse_sentencepiece_model(std::string_view bytes, const std::string& name);

}  // namespace pinpoint::text
