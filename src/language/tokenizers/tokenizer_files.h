/// \file
/// Loads the tokenizer of an HF directory.
#pragma once

#include <filesystem>
#include <memory>

#include "language/text/tokenizer.h"

namespace pinpoint::tokenizers {

/// Loads one of these files:
///   tokenizer.model   SentencePiece (Llama-2, Mistral)
///   qwen.tiktoken     Qwen-1
///   tokenizer.json    byte-pair merging as Hugging Face's library does it (Llama-3, Qwen2, Qwen3, ..)
/// The first counts, except that a tokenizer.json counts before a tokenizer.model where transformers 5 reads it
/// (`is_rebuilt_by_transformers`). A tokenizer.model in tiktoken's format (Meta's file of Llama-3) is ignored in favour
/// of the tokenizer.json beside it. Added tokens, BOS and EOS are those of the files beside it (`add_declared_tokens`).
/// \throws UserError if there is none, or if it is damaged or not supported
std::unique_ptr<text::Tokenizer> load_tokenizer(const std::filesystem::path& folder);
/// Whether `folder` has one of these files.
bool has_tokenizer(const std::filesystem::path& folder);

}  // namespace pinpoint::tokenizers
