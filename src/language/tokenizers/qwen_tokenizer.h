/// \file
/// The tokenizer of Qwen-1, of which `qwen.tiktoken` holds the vocabulary alone.
#pragma once

#include <string>
#include <vector>

#include "language/tokenizers/byte_pair_tokenizer.h"

namespace pinpoint::tokenizers {

/// The pattern that Qwen-1 cuts texts with.
extern const char* const qwen_pattern;

/// Every way to put a token together from two others, the lowest token first: what byte-pair merging over ranks does,
/// which looks up what two neighbours spell, and not which pair they are.
/// \param tokens by rank
std::vector<Merge> merges_of_ranks(const std::vector<std::string>& tokens);

/// Qwen-1's tokenizer as its tokenization_qwen.py defines it. Texts are brought into NFC, cut by `qwen_pattern`, and
/// merged over the ranks. Special tokens follow the vocabulary: <|endoftext|>, which ends a text (EOS), <|im_start|>,
/// <|im_end|>, and <|extra_0|> to <|extra_204|>. There is no BOS.
/// \param tokens bytes by rank
Description describe_qwen(const std::vector<std::string>& tokens, const std::string& where);

}  // namespace pinpoint::tokenizers
