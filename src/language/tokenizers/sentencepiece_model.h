/// \file
/// Writes a tokenizer.model, for the vocabularies of the demo and the tests.
#pragma once

#include <string>
#include <vector>

namespace pinpoint::tokenizers {

struct Piece {
  enum class Kind { normal = 1, unknown = 2, control = 3 };
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

}  // namespace pinpoint::tokenizers
