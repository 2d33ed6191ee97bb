/// \file
/// Chooses a built-in chat template (config: `model.chat_template`).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "language/text/chat_template.h"

namespace pinpoint::text {

/// What distinguishes models that are published without a chat template.
struct ModelTraits {
  std::string model_type;  ///< in config.json
  std::optional<std::int64_t>
      sentencepiece_pieces;                ///< size of the vocabulary, if the tokenizer is a SentencePiece model
  std::vector<std::string> special_forms;  ///< the tokenizer's
};

/// The template of a family (`template_families`), in the version that belongs to a tokenizer with `special_forms`.
/// \throws UserError, with the choices, for an unknown name
std::unique_ptr<ChatTemplate> template_of_family(const std::string& name,
                                                 const std::vector<std::string>& special_forms);

/// The template of a model that is published without one: Llama-2 in Meta's own files, and Qwen-1.
/// \throws UserError, with the choices, for other models, as for a base model
std::unique_ptr<ChatTemplate> template_of_model(const ModelTraits& model);

}  // namespace pinpoint::text
