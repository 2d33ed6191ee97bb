/// \file
/// Loads the tokenizer and the chat template of an HF directory.
#pragma once

#include <filesystem>

#include "language/text/dialogue_encoder.h"
#include "language/text/options.h"

namespace pinpoint::tokenizers {

/// The tokenizer with the chat template that `options` name: a family, a file in YAML or Jinja, or auto. `auto` takes
/// the template that is published in the folder (`text::find_published_template`), else the family of the model type.
/// Logs which template it is.
/// \throws UserError also for a file that is not a template, or if `auto` finds none
text::DialogueEncoder load_dialogue_encoder(const std::filesystem::path& folder, const text::ChatOptions& options);

}  // namespace pinpoint::tokenizers
