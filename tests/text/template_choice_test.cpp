#include "text/template_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/check.h"
#include "text/llama2_template.h"

namespace pinpoint::text {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

bool gives_llama2(const TemplateHints& hints) {
  return dynamic_cast<const Llama2Template*>(recognise_template(hints).get()) != nullptr;
}

TEST(TemplateChoice, KnowsLlama2ByItsPublishedTemplate) {
  EXPECT_TRUE(gives_llama2({"{{ '[INST] ' + '<<SYS>>' }}", "llama", 32001}));
}

TEST(TemplateChoice, KnowsLlama2ByTypeAndTokenizer) { EXPECT_TRUE(gives_llama2({std::nullopt, "llama", 32000})); }

TEST(TemplateChoice, IsUndecidedAboutOthersAndListsTheChoices) {
  const auto undecided = [](const TemplateHints& hints, const std::string& why) {
    EXPECT_THAT([&] { recognise_template(hints); },
                ThrowsMessage<UserError>(AllOf(HasSubstr("model.chat_template: auto finds no template"), HasSubstr(why),
                                               HasSubstr("set it to llama2, or a FILE.yaml"))));
  };
  undecided({std::nullopt, "llama", 512}, "model_type llama with a SentencePiece tokenizer of 512 pieces");
  undecided({std::nullopt, "mistral", 32000}, "model_type mistral");
  undecided({std::nullopt, "llama", std::nullopt}, "tokenizer that is not SentencePiece");
  undecided({"{{ '[INST] ' + content }}", "llama", 32000}, "none that this program knows");  // Mistral's mark alone
}

TEST(TemplateChoice, KnowsFamiliesByName) {
  EXPECT_NE(dynamic_cast<const Llama2Template*>(template_of_family("llama2").get()), nullptr);
  EXPECT_THAT(
      [] { template_of_family("lama2"); },
      ThrowsMessage<UserError>(AllOf(HasSubstr("lama2 is no known template"), HasSubstr("choose auto, llama2"))));
}

}  // namespace
}  // namespace pinpoint::text
