/// \file
/// How transformers reads a folder with a tokenizer.model.
#pragma once

#include <filesystem>
#include <string_view>

#include "language/tokenizers/sentencepiece_tokenizer.h"

namespace pinpoint::tokenizers {

/// Whether transformers 5 takes only a vocabulary from the folder and writes the rest of the tokenizer itself: where
/// tokenizer_config.json names the class LlamaTokenizer, except for Mistral. Otherwise a tokenizer.json counts as it is
/// (its `AutoTokenizer`, and `TOKENIZER_MAPPING_NAMES`).
bool is_rebuilt_by_transformers(const std::filesystem::path& folder);

/// What the files beside a tokenizer.model say about it. The blanks depend on the key `legacy` of
/// tokenizer_config.json. \param serialized_model the bytes of the tokenizer.model \param name of that file, for
/// messages \throws UserError if it is no model, or as `add_declared_tokens`
SentencePieceSettings read_sentencepiece_settings(const std::filesystem::path& folder,
                                                  std::string_view serialized_model, const std::string& name);

}  // namespace pinpoint::tokenizers
