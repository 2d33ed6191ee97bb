#include "language/text/template_choice.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "language/text/template_families.h"
#include "system/base/check.h"

namespace pinpoint::text {
namespace {

using Texts = std::vector<std::string>;

/// Texts that the published template of a family has, and texts that it does not have.
struct Marks {
  std::string family;
  Texts all_of;
  Texts none_of;
  Texts model_types;  ///< empty: any
};

/// A line feed within quotes is written \n here and in the searched text, because published templates write it either
/// way.
const std::vector<Marks>& published_marks() {
  static const std::vector<Marks> marks{
      {"llama2", {"[INST]", "<<SYS>>"}, {}, {}},
      {"llama3",
       {"'<|start_header_id|>' + message['role'] + '<|end_header_id|>", "message['content'] | trim + '<|eot_id|>'"},
       {"system", "<|im_start|>"},
       {}},
      {"llama3.1",
       {"<|start_header_id|>system<|end_header_id|>", "Cutting Knowledge Date: December 2023\\n",
        "Today Date: ", "\"26 Jul 2024\"", "<|eot_id|>"},
       {"<|im_start|>"},
       {}},
      {"mistral",
       {"'[INST] ' + message['content'] + ' [/INST]'"},
       {"<<SYS>>", "[SYSTEM_PROMPT]", "messages[0]", "strip"},
       {"mistral", "mixtral"}},
      {"mistral",
       {"' [INST] ' + system_message + '\\n\\n' + message['content'] + ' [/INST]'"},
       {"<<SYS>>", "[SYSTEM_PROMPT]", "strip"},
       {"mistral", "mixtral"}},
      {"mistral",
       {"[INST]", "+ message[\"content\"] + \"[/INST]\"", "[AVAILABLE_TOOLS]"},
       {"<<SYS>>", "[SYSTEM_PROMPT]"},
       {"mistral", "mixtral"}},
      {"chatml",
       {"'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>'", "<|im_start|>assistant\\n"},
       {"system", "think", "bos_token", "strip", "trim"},
       {}},
      {"chatml",  // Qwen3-Instruct-2507
       {"'<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n'", "<|im_start|>assistant\\n", "<tool_call>"},
       {"think", "You are a", "You are Qwen", "image"},
       {}},
      {"qwen2",
       {"<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n", "<|im_start|>assistant\\n"},
       {"think", "image", "strip", "trim"},
       {}},
      {"qwen2.5",
       {"<|im_start|>system\\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\\n",
        "<|im_start|>assistant\\n"},
       {"think", "image"},
       {}},
      {"smollm2",
       {"<|im_start|>system\\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\\n",
        "'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>'", "<|im_start|>assistant\\n"},
       {"think", "image", "strip", "trim", "tool"},
       {}},
      {"qwen3",
       {"<|im_start|>assistant\\n", "enable_thinking is defined and enable_thinking is false",
        "'<think>\\n\\n</think>\\n\\n'", "reasoning_content.strip('\\n')", "ns.last_query_index"},
       {"image", "{%- generation %}"},
       {}}};
  return marks;
}

bool contains(const Texts& texts, std::string_view text) { return std::ranges::find(texts, text) != texts.end(); }

bool are_on(const Marks& marks, const std::string& published, const std::string& model_type) {
  const auto stands_there = [&](const std::string& mark) { return published.find(mark) != std::string::npos; };
  return std::ranges::all_of(marks.all_of, stands_there) && std::ranges::none_of(marks.none_of, stands_there) &&
         (marks.model_types.empty() || contains(marks.model_types, model_type));
}

/// `text` with every line feed as the escape \n.
std::string with_escaped_line_feeds(const std::string& text) {
  std::string escaped;
  for (const char c : text) c == '\n' ? escaped += "\\n" : escaped += c;
  return escaped;
}

std::optional<std::string> family_of_text(const std::string& published, const std::string& model_type) {
  const std::string text = with_escaped_line_feeds(published);
  for (const Marks& marks : published_marks())
    if (are_on(marks, text, model_type)) return marks.family;
  return std::nullopt;
}

/// For models that are published without a template: Llama-2 in Meta's own files, and Qwen-1.
std::optional<std::string> family_of_tokenizer(const TemplateHints& hints) {
  if (hints.model_type == "llama" && hints.sentencepiece_pieces == 32000) return "llama2";
  if (hints.model_type == "qwen" && contains(hints.special_forms, "<|im_start|>")) return "qwen";
  return std::nullopt;
}

std::string choices() {
  Texts names;
  for (const TemplateFamily& family : template_families())
    if (!contains(names, family.name)) names.push_back(family.name);
  return fmt::format("{}, or a FILE.yaml with the keys system, user, assistant and generation, each a text with {}",
                     fmt::join(names, ", "), placeholder);
}

/// Why no template is recognised.
std::string reason(const TemplateHints& hints) {
  if (hints.published) return "the published chat_template is none that this program knows";
  const std::string tokenizer = hints.sentencepiece_pieces
                                    ? fmt::format("SentencePiece tokenizer of {} pieces", *hints.sentencepiece_pieces)
                                    : std::string("tokenizer that is not SentencePiece");
  return fmt::format(
      "no chat_template is published with the model, as with base models, and model_type {} with a {} is no known "
      "family",
      hints.model_type, tokenizer);
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

std::unique_ptr<ChatTemplate> recognise_template(const TemplateHints& hints) {
  const auto family = hints.published ? family_of_text(*hints.published, hints.model_type) : family_of_tokenizer(hints);
  validate(family.has_value(), "model.chat_template: auto finds no template ({}); set it to {}", reason(hints),
           choices());
  return template_of_family(*family, hints.special_forms);
}

}  // namespace pinpoint::text
