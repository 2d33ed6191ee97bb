/// \file
/// Makes a tokenizer.model of our own, for models whose vocabulary is ours: the demo's and the tests'.
#pragma once

#include <string>
#include <vector>

namespace pinpoint::tokenizers {

struct Piece {
  enum class Kind { normal = 1, unknown = 2, control = 3 };
  std::string text;  ///< a blank in it as U+2581
  Kind kind = Kind::normal;
  float score = 0;  ///< byte-pair merges take the highest first
};

enum class PieceAlgorithm { byte_pair = 2, word = 3 };

/// The blank as SentencePiece writes it.
inline constexpr const char* piece_blank = "\u2581";

/// The bytes of a SentencePiece model whose piece i has id i: "<unk>", "<s>" and "</s>" at 0, 1 and 2. Like Llama-2's,
/// it leaves characters as they are and puts a blank in front of every text; byte-pair models keep runs of blanks,
/// word models look up what stands between them. Layout: sentencepiece_model.proto of SentencePiece 0.1.97.
std::string make_sentencepiece_model(const std::vector<Piece>& pieces, PieceAlgorithm algorithm);

}  // namespace pinpoint::tokenizers
