#include "language/text/dialogue_encoder.h"

#include <gtest/gtest.h>

#include "language/text/template_choice.h"
#include "support/tiny_sentencepiece.h"

namespace pinpoint::text {
namespace {

TokenIds bos_and(std::string_view spelled) {
  TokenIds ids = test::spelled(spelled);
  ids.insert(ids.begin(), 1);
  return ids;
}

TEST(DialogueEncoder, EncodesWithTheConfiguredSystemMessage) {
  const DialogueEncoder as_given(test::tiny_tokenizer(), template_of_family("llama2", {}), std::nullopt);
  const DialogueEncoder overriding(test::tiny_tokenizer(), template_of_family("llama2", {}), "T");
  const Dialogue dialogue{{Role::system, "S"}, {Role::user, "Q"}};
  EXPECT_EQ(as_given.encode(dialogue, Generation::open), bos_and(" [INST] <<SYS>>\nS\n<</SYS>>\n\nQ [/INST]"));
  EXPECT_EQ(overriding.encode(dialogue, Generation::open), bos_and(" [INST] <<SYS>>\nT\n<</SYS>>\n\nQ [/INST]"));
  EXPECT_EQ(as_given.encode({{Role::user, "Q"}}, Generation::open), bos_and(" [INST] Q [/INST]"));
}

}  // namespace
}  // namespace pinpoint::text
