/// \file
/// A SentencePiece model that is small enough to work out ids by hand.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "language/text/tokenizer.h"

namespace pinpoint::test {

/// The bytes of a byte-pair model with the pieces
///   0 <unk>, 1 <s>, 2 </s>, 3 line feed, 4 space, 5 to 98 the characters ! to ~, 99 "Ye", 100 "Yes", 101 " Yes".
/// Like Llama-2's, it puts a space in front of every text.
std::string tiny_sentencepiece_model();

std::unique_ptr<text::Tokenizer> tiny_tokenizer();

/// Ids of `text` character by character, without merges and without a space in front.
text::TokenIds spelled(std::string_view text);

}  // namespace pinpoint::test
