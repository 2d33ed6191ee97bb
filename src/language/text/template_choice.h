/// \file
/// Which chat template a model was taught with (config: `model.chat_template`).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "language/text/chat_template.h"

namespace pinpoint::text {

/// What a model's directory says of its chat template.
struct TemplateHints {
  std::optional<std::string> published;              ///< the text of the template that lies beside the model
  std::string model_type;                            ///< in config.json
  std::optional<std::int64_t> sentencepiece_pieces;  ///< vocabulary, if the tokenizer is a SentencePiece model
  std::vector<std::string> special_forms;            ///< the tokenizer's
};

/// The template of a family (`template_families`), in the version that a tokenizer with `special_forms` belongs to.
/// \throws UserError, with the choices, for any other name
std::unique_ptr<ChatTemplate> template_of_family(const std::string& name,
                                                 const std::vector<std::string>& special_forms);

/// The template that the hints point to: the published one if there is one, known by marks that only its text has,
/// else by model type and tokenizer. A published template that is none of the known ones is not second-guessed.
/// \throws UserError, with the choices, if they point to none, as those of a base model without a template do
std::unique_ptr<ChatTemplate> recognise_template(const TemplateHints& hints);

}  // namespace pinpoint::text
