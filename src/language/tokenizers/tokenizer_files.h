/// \file
/// The tokenizer and the chat template of an HF directory.
#pragma once

#include <filesystem>
#include <memory>

#include "language/text/dialogue_encoder.h"
#include "language/text/options.h"
#include "language/text/tokenizer.h"

namespace pinpoint::tokenizers {

/// From the first of these files that `folder` has:
///   tokenizer.model   SentencePiece (Llama-2, Mistral), the file that the publisher's own library reads
///   qwen.tiktoken     Qwen-1
///   tokenizer.json    byte-pair merging as Hugging Face's library does it (Llama-3, Qwen2, Qwen3, ..); BOS and EOS are
///                     those of tokenizer_config.json, else of special_tokens_map.json
/// A tokenizer.model of tiktoken's kind (Meta's own of Llama-3) is passed over for the tokenizer.json beside it.
/// \throws UserError if there is none, or it is damaged or of a kind that is not supported
std::unique_ptr<text::Tokenizer> load_tokenizer(const std::filesystem::path& folder);
/// Whether there is a file of one.
bool has_tokenizer(const std::filesystem::path& folder);

/// The tokenizer with the chat template that `options` name: a family, a YAML file, or (auto) what the files in
/// `folder` tell: the published template (chat_template.jinja, else the key chat_template of tokenizer_config.json,
/// else of chat_template.json), and config.json.
/// \throws UserError also for a YAML file that is no template, or if `auto` finds none
text::DialogueEncoder load_dialogue_encoder(const std::filesystem::path& folder, const text::ChatOptions& options);

}  // namespace pinpoint::tokenizers
