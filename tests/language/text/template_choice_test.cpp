#include "language/text/template_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "language/text/template_families.h"
#include "support/shared.h"
#include "system/base/check.h"

namespace pinpoint::text {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

const TemplateFamily& family_of(const std::unique_ptr<ChatTemplate>& chosen) {
  return dynamic_cast<const FamilyTemplate&>(*chosen).family();
}

std::string family_of_text(const std::string& published, const std::string& model_type = "llama") {
  return family_of(recognise_template({published, model_type, std::nullopt, {}})).name;
}

TEST(TemplateChoice, RecognisesLlama2ByTypeAndTokenizer) {
  EXPECT_EQ(family_of(recognise_template({std::nullopt, "llama", 32000, {}})).name, "llama2");
}

TEST(TemplateChoice, RecognisesQwen1ByTypeAndTokenizer) {
  const TemplateHints hints{std::nullopt, "qwen", std::nullopt, {"<|endoftext|>", "<|im_start|>", "<|im_end|>"}};
  EXPECT_EQ(family_of(recognise_template(hints)).name, "qwen");
}

// The lines of the published templates that distinguish the families.
TEST(TemplateChoice, RecognisesPublishedTemplatesByTheirMarks) {
  EXPECT_EQ(family_of_text("{{ '[INST] ' + '<<SYS>>' }}"), "llama2");
  const std::string llama3 =
      "{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ "
      "message['content'] | trim + '<|eot_id|>' %}";
  EXPECT_EQ(family_of_text(llama3), "llama3");
  const std::string llama3_1 =
      "{%- set date_string = \"26 Jul 2024\" %}{{- \"<|start_header_id|>system<|end_header_id|>\\n\\n\" }}"
      "{{- \"Cutting Knowledge Date: December 2023\\n\" }}{{- \"Today Date: \" + date_string + \"\\n\\n\" }}"
      "{{- \"<|eot_id|>\" }}";
  EXPECT_EQ(family_of_text(llama3_1), "llama3.1");
  EXPECT_EQ(family_of_text("{{ '[INST] ' + message['content'] + ' [/INST]' }}", "mistral"), "mistral");
  EXPECT_EQ(
      family_of_text("{{- ' [INST] ' + system_message + '\\n\\n' + message['content'] + ' [/INST]' }}", "mistral"),
      "mistral");
  EXPECT_EQ(family_of_text("[AVAILABLE_TOOLS]{{- \"[INST] \" + message[\"content\"] + \"[/INST]\" }}", "mistral"),
            "mistral");
  const std::string turn = "{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}";
  const std::string generation = "{{ '<|im_start|>assistant\\n' }}";
  EXPECT_EQ(family_of_text(turn + generation), "chatml");
  EXPECT_EQ(family_of_text("{{ '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' }}" + generation),
            "qwen2");
  const std::string smollm2 =
      "{{ '<|im_start|>system\\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\\n' }}";
  EXPECT_EQ(family_of_text(smollm2 + turn + generation), "smollm2");
}

TEST(TemplateChoice, RecognisesThemWithLineFeedsInsteadOfEscapes) {
  const std::string turn = "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}";
  const std::string generation = "{{ '<|im_start|>assistant\n' }}";
  EXPECT_EQ(family_of_text(turn + generation), "chatml");
  const auto with_system = [&](const std::string& message) {
    return family_of_text("{{ '<|im_start|>system\n" + message + "<|im_end|>\n' }}" + turn + generation);
  };
  EXPECT_EQ(with_system("You are a helpful assistant."), "qwen2");
  EXPECT_EQ(with_system("You are a helpful AI assistant named SmolLM, trained by Hugging Face"), "smollm2");
}

TEST(TemplateChoice, RecognisesTheTemplatesPublishedWithQwen) {
  PINPOINT_NEEDS_SHARED("data/tokenizers/qwen/qwen3.tokenizer_config.json");
  for (const std::string family : {"qwen2.5", "qwen3"}) {
    const auto file = test::shared("data/tokenizers/qwen/" + family + ".tokenizer_config.json");
    EXPECT_EQ(family_of_text(nlohmann::json::parse(test::read_text(file)).at("chat_template"), "qwen2"), family);
  }
}

TEST(TemplateChoice, IsUndecidedAboutOthersAndListsTheChoices) {
  const auto undecided = [](const TemplateHints& hints, const std::string& why) {
    EXPECT_THAT(
        [&] { recognise_template(hints); },
        ThrowsMessage<UserError>(AllOf(HasSubstr("model.chat_template: auto finds no template"), HasSubstr(why),
                                       HasSubstr("set it to llama2, llama3, llama3.1, mistral, chatml, qwen, qwen2, "
                                                 "qwen2.5, smollm2, qwen3, or a FILE.yaml"))));
  };
  undecided({std::nullopt, "llama", 512, {}}, "model_type llama with a SentencePiece tokenizer of 512 pieces");
  undecided({std::nullopt, "mistral", 32000, {}}, "as with base models, and model_type mistral");
  undecided({std::nullopt, "llama", std::nullopt, {"<|begin_of_text|>"}}, "tokenizer that is not SentencePiece");
  undecided({std::nullopt, "qwen", std::nullopt, {}}, "model_type qwen");
  const std::string unknown = "none that this program knows";
  undecided({"{{ '[INST] ' + message['content'] + ' [/INST]' }}", "llama", 32000, {}},
            unknown);  // only Mistral's mark
  undecided({"{{ '[SYSTEM_PROMPT] ' }}{{ '[INST] ' + message['content'] + ' [/INST]' }}", "mistral", 32768, {}},
            unknown);
  undecided({"{{ '[INST] ' + messages[0]['content'] }}{{ '[INST] ' + message['content'] + ' [/INST]' }}",
             "mistral",
             32000,
             {}},
            unknown);
  undecided(
      {"{{ '<|im_start|>system\\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\\n' }}"
       "{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}"
       "{{ '<|im_start|>assistant\\n' }}{% if tools %}",
       "llama",
       std::nullopt,
       {"<|im_start|>"}},
      unknown);
  undecided({"{{ '<|im_start|>system\\nYou are Dolphin.<|im_end|>\\n' }}{{ '<|im_start|>assistant\\n' }}",
             "qwen2",
             std::nullopt,
             {"<|im_start|>"}},
            unknown);
}

TEST(TemplateChoice, FindsFamiliesByName) {
  for (const TemplateFamily& family : template_families())
    EXPECT_EQ(family_of(template_of_family(family.name, {})).name, family.name);
  EXPECT_THAT(
      [] { template_of_family("lama2", {}); },
      ThrowsMessage<UserError>(AllOf(HasSubstr("lama2 is no known template"), HasSubstr("choose auto, llama2"))));
}

TEST(TemplateChoice, ChoosesTheVersionOfTheTokenizer) {
  EXPECT_EQ(family_of(template_of_family("mistral", {"<s>", "</s>"})).user, "[INST] {content} [/INST]");
  EXPECT_EQ(family_of(template_of_family("mistral", {"<s>", "</s>", "[INST]", "[/INST]"})).user,
            "[INST]{content}[/INST]");
}

}  // namespace
}  // namespace pinpoint::text
