#include "language/text/template_choice.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "language/text/template_families.h"
#include "system/base/check.h"

namespace pinpoint::text {
namespace {

using Texts = std::vector<std::string>;

bool contains(const Texts& texts, std::string_view text) { return std::ranges::find(texts, text) != texts.end(); }

/// For models that are published without a template: Llama-2 in Meta's own files, and Qwen-1.
std::optional<std::string> family_of(const ModelTraits& model) {
  if (model.model_type == "llama" && model.sentencepiece_pieces == 32000) return "llama2";
  if (model.model_type == "qwen" && contains(model.special_forms, "<|im_start|>")) return "qwen";
  return std::nullopt;
}

std::string tokenizer_of(const ModelTraits& model) {
  return model.sentencepiece_pieces ? fmt::format("SentencePiece tokenizer of {} pieces", *model.sentencepiece_pieces)
                                    : "tokenizer that is not SentencePiece";
}

std::string choices() {
  Texts names;
  for (const TemplateFamily& family : template_families())
    if (!contains(names, family.name)) names.push_back(family.name);
  return fmt::format(
      "{}, a FILE.jinja, or a FILE.yaml with the keys system, user, assistant and generation, each a text with {}",
      fmt::join(names, ", "), placeholder);
}

}  // namespace

std::unique_ptr<ChatTemplate> template_of_family(const std::string& name, const Texts& special_forms) {
  const TemplateFamily* found = nullptr;
  for (const TemplateFamily& family : template_families()) {
    if (family.name != name) continue;
    found = &family;
    const auto is_known = [&](const std::string& form) { return contains(special_forms, form); };
    if (std::ranges::all_of(family.special_forms, is_known)) break;
  }
  validate(found != nullptr, "model.chat_template: {} is no known template; choose auto, {}", name, choices());
  return std::make_unique<FamilyTemplate>(*found);
}

std::unique_ptr<ChatTemplate> template_of_model(const ModelTraits& model) {
  const auto family = family_of(model);
  validate(family.has_value(),
           "model.chat_template: auto finds no template (no chat_template is published with the model, as with base "
           "models, and model_type {} with a {} is no known family); set it to {}",
           model.model_type, tokenizer_of(model), choices());
  return template_of_family(*family, model.special_forms);
}

}  // namespace pinpoint::text
