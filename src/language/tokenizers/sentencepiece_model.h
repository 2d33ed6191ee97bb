/// \file
/// The bytes of a tokenizer.model: what the library does not say about it, and models for the demo and the tests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "language/text/tokenizer.h"

namespace pinpoint::tokenizers {

struct Piece {
  enum class Kind { normal = 1, unknown = 2, control = 3, user_defined = 4 };
  std::string text;  ///< blanks as U+2581
  Kind kind = Kind::normal;
  float score = 0;  ///< byte-pair merging takes the highest first
};

enum class PieceAlgorithm { byte_pair = 2, word = 3 };

/// The blank as SentencePiece writes it.
inline constexpr const char* piece_blank = "\u2581";

/// The bytes of a SentencePiece model whose piece i has id i: "<unk>", "<s>" and "</s>" are 0, 1 and 2. Like Llama-2's
/// model, it does not normalise characters and puts a blank before every text. Byte-pair models keep runs of blanks.
/// Word models look up the words between blanks. Layout: sentencepiece_model.proto of SentencePiece 0.1.97.
std::string make_sentencepiece_model(const std::vector<Piece>& pieces, PieceAlgorithm algorithm);

/// The ids of the user-defined pieces, in ascending order. \pre the library reads `model`
std::vector<text::TokenId> user_defined_pieces(std::string_view model);

/// The same model, but it puts no blank before a text. \pre the library reads `model`
std::string without_blank_in_front(std::string_view model);

}  // namespace pinpoint::tokenizers
