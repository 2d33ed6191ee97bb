/// \file
/// The tokenizer and the chat template of an HF directory.
#pragma once

#include <filesystem>
#include <memory>

#include "text/dialogue_encoder.h"
#include "text/options.h"
#include "text/tokenizer.h"

namespace pinpoint::io {

/// From `folder`/tokenizer.model. \throws UserError if it is missing or no SentencePiece model
std::unique_ptr<text::Tokenizer> load_tokenizer(const std::filesystem::path& folder);

/// The tokenizer with the chat template that `options` name: a family, a YAML file, or (auto) what the files in
/// `folder` tell: the published template (chat_template.jinja, else the key chat_template of tokenizer_config.json,
/// else of chat_template.json), and config.json.
/// \throws UserError also for a YAML file that is no template, or if `auto` finds none
text::DialogueEncoder load_dialogue_encoder(const std::filesystem::path& folder, const text::ChatOptions& options);

}  // namespace pinpoint::io
