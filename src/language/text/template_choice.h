/// \file
/// Chooses the chat template that a model was trained with (config: `model.chat_template`).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "language/text/chat_template.h"

namespace pinpoint::text {

/// What a model's directory says about its chat template.
struct TemplateHints {
  std::optional<std::string> published;  ///< the text of the template published with the model
  std::string model_type;                ///< in config.json
  std::optional<std::int64_t>
      sentencepiece_pieces;                ///< size of the vocabulary, if the tokenizer is a SentencePiece model
  std::vector<std::string> special_forms;  ///< the tokenizer's
};

/// The template of a family (`template_families`), in the version that belongs to a tokenizer with `special_forms`.
/// \throws UserError, with the choices, for an unknown name
std::unique_ptr<ChatTemplate> template_of_family(const std::string& name,
                                                 const std::vector<std::string>& special_forms);

/// Recognises the template. If one is published, it is recognised by texts that only this template has. Else model type
/// and tokenizer decide. An unknown published template is an error: no other template is used instead.
/// \throws UserError, with the choices, if no template is recognised, as for a base model without a template
std::unique_ptr<ChatTemplate> recognise_template(const TemplateHints& hints);

}  // namespace pinpoint::text
