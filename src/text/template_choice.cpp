#include "text/template_choice.h"

#include "base/check.h"
#include "text/llama2_template.h"

namespace pinpoint::text {
namespace {

constexpr std::string_view choices =
    "llama2, or a FILE.yaml with the keys system, user, assistant and generation, each a text with {content}";

/// By the marks that only Llama-2's has: Mistral's has [INST] alone.
bool is_llama2(const std::string& published) {
  return published.find("[INST]") != std::string::npos && published.find("<<SYS>>") != std::string::npos;
}

bool has_llama2_tokenizer(const TemplateHints& hints) {
  return hints.model_type == "llama" && hints.sentencepiece_pieces == 32000;
}

/// Why `hints` point to no template.
std::string reason(const TemplateHints& hints) {
  if (hints.published) return "the chat_template in tokenizer_config.json is none that this program knows";
  const std::string tokenizer = hints.sentencepiece_pieces
                                    ? fmt::format("SentencePiece tokenizer of {} pieces", *hints.sentencepiece_pieces)
                                    : std::string("tokenizer that is not SentencePiece");
  return fmt::format("tokenizer_config.json has no chat_template, and model_type {} with a {} is no known family",
                     hints.model_type, tokenizer);
}

}  // namespace

std::unique_ptr<ChatTemplate> template_of_family(const std::string& name) {
  validate(name == "llama2", "model.chat_template: {} is no known template; choose auto, {}", name, choices);
  return std::make_unique<Llama2Template>();
}

std::unique_ptr<ChatTemplate> recognise_template(const TemplateHints& hints) {
  const bool llama2 = hints.published ? is_llama2(*hints.published) : has_llama2_tokenizer(hints);
  validate(llama2, "model.chat_template: auto finds no template ({}); set it to {}", reason(hints), choices);
  return template_of_family("llama2");
}

}  // namespace pinpoint::text
