/// \file
/// The tokenizer of Qwen-1. The file `qwen.tiktoken` has only its vocabulary.
#pragma once

#include <string>
#include <vector>

#include "language/tokenizers/byte_pair_tokenizer.h"

namespace pinpoint::tokenizers {

/// The pattern by which Qwen-1 cuts texts.
extern const char* const qwen_pattern;

/// Every way to build a token from two others, the lowest token first. This equals byte-pair merging over ranks, which
/// looks up the text of two neighbours instead of the pair.
/// \param tokens by rank
std::vector<Merge> merges_of_ranks(const std::vector<std::string>& tokens);

/// Qwen-1's tokenizer as its tokenization_qwen.py defines it. Texts are normalised to NFC, cut by `qwen_pattern`, and
/// merged by rank. Special tokens follow the vocabulary: <|endoftext|>, which ends a text (EOS), <|im_start|>,
/// <|im_end|>, and <|extra_0|> to <|extra_204|>. There is no BOS.
/// \param tokens bytes by rank
Description describe_qwen(const std::vector<std::string>& tokens, const std::string& where);

}  // namespace pinpoint::tokenizers
