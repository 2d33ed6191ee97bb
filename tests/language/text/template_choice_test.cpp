#include "language/text/template_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "language/text/template_families.h"
#include "system/base/check.h"

namespace pinpoint::text {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

const TemplateFamily& family_of(const std::unique_ptr<ChatTemplate>& chosen) {
  return dynamic_cast<const FamilyTemplate&>(*chosen).family();
}

TEST(TemplateChoice, RecognisesLlama2ByTypeAndTokenizer) {
  EXPECT_EQ(family_of(template_of_model({"llama", 32000, {}})).name, "llama2");
}

TEST(TemplateChoice, RecognisesQwen1ByTypeAndTokenizer) {
  const ModelTraits model{"qwen", std::nullopt, {"<|endoftext|>", "<|im_start|>", "<|im_end|>"}};
  EXPECT_EQ(family_of(template_of_model(model)).name, "qwen");
}

TEST(TemplateChoice, IsUndecidedAboutOthersAndListsTheChoices) {
  const auto undecided = [](const ModelTraits& model, const std::string& why) {
    EXPECT_THAT([&] { template_of_model(model); },
                ThrowsMessage<UserError>(AllOf(
                    HasSubstr("model.chat_template: auto finds no template"), HasSubstr(why),
                    HasSubstr("set it to llama2, llama3, llama3.1, mistral, chatml, qwen, qwen2, qwen2.5, smollm2, "
                              "qwen3, a FILE.jinja, or a FILE.yaml"))));
  };
  undecided({"llama", 512, {}}, "model_type llama with a SentencePiece tokenizer of 512 pieces");
  undecided({"llama", 32002, {"<|im_start|>"}}, "with a SentencePiece tokenizer of 32002 pieces");
  undecided({"mistral", 32000, {}}, "as with base models, and model_type mistral");
  undecided({"llama", std::nullopt, {"<|begin_of_text|>"}}, "tokenizer that is not SentencePiece");
  undecided({"qwen", std::nullopt, {}}, "model_type qwen");
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
