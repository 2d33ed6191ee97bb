/// \file
/// Loads the tokenizer of an HF directory.
#pragma once

#include <filesystem>
#include <memory>

#include "language/text/tokenizer.h"

namespace pinpoint::tokenizers {

/// Loads the first of these files that `folder` has:
///   tokenizer.model   SentencePiece (Llama-2, Mistral), the file that the publisher's own library reads
///   qwen.tiktoken     Qwen-1
///   tokenizer.json    byte-pair merging as Hugging Face's library does it (Llama-3, Qwen2, Qwen3, ..); BOS and EOS are
///                     those of tokenizer_config.json, else of special_tokens_map.json
/// A tokenizer.model in tiktoken's format (Meta's file of Llama-3) is ignored in favour of the tokenizer.json beside
/// it. \throws UserError if there is none, or if it is damaged or not supported
std::unique_ptr<text::Tokenizer> load_tokenizer(const std::filesystem::path& folder);
/// Whether `folder` has one of these files.
bool has_tokenizer(const std::filesystem::path& folder);

/// Whether `load_tokenizer` reads a SentencePiece model. \throws UserError as `load_tokenizer`
bool has_sentencepiece_model(const std::filesystem::path& folder);

}  // namespace pinpoint::tokenizers
