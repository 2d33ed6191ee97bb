#include "language/text/published_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "language/text/template_choice.h"
#include "support/shared.h"
#include "support/user_error.h"

namespace pinpoint::text {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

using enum Segment::Kind;

const NamedTokens llama_tokens{{"bos_token", "<s>"}, {"eos_token", "</s>"}};
const Dialogue first_question{{Role::user, "Q"}};
const Dialogue answered_question{{Role::user, "Q"}, {Role::assistant, "A"}, {Role::user, "R"}};

Prompt rendered(const std::string& source, const Dialogue& dialogue, Generation generation = Generation::open) {
  return PublishedTemplate(source, "m/chat_template.jinja", llama_tokens).render(dialogue, generation);
}

TEST(PublishedTemplate, GivesMessagesApartFromTheTextAroundThem) {
  const Prompt prompt =
      rendered("{{ bos_token }}{% for m in messages %}[{{ m['role'] }}]{{ m['content'] }}{{ eos_token }}{% endfor %}",
               {{Role::user, "a</s>"}, {Role::assistant, "b"}}, Generation::closed);
  EXPECT_THAT(prompt.segments(),
              ElementsAre(Segment{with_forms, "<s>[user]"}, Segment{plain, "a</s>"},
                          Segment{with_forms, "</s>[assistant]"}, Segment{plain, "b"}, Segment{with_forms, "</s>"}));
  EXPECT_EQ(prompt.message_end(), std::string("<s>[user]a</s></s>[assistant]b").size());
}

/// A template like Llama-2's that has a default system message: it must not be rendered as Llama-2's.
TEST(PublishedTemplate, WritesItsOwnDefaultSystemMessage) {
  const std::string source =
      "{% if messages[0]['role'] == 'system' %}{% set rest = messages[1:] %}{% set system = messages[0]['content'] %}"
      "{% else %}{% set rest = messages %}{% set system = 'Never give in.' %}{% endif %}"
      "{% for m in rest %}{% if loop.index0 == 0 %}{% set c = '<<SYS>>\\n' + system + '\\n<</SYS>>\\n\\n' + "
      "m['content'] %}"
      "{% else %}{% set c = m['content'] %}{% endif %}{% if m['role'] == 'user' %}"
      "{{ bos_token + '[INST] ' + c.strip() + ' [/INST]' }}{% else %}{{ ' ' + c.strip() + ' ' + eos_token }}{% endif %}"
      "{% endfor %}";
  EXPECT_EQ(rendered(source, answered_question).text(),
            "<s>[INST] <<SYS>>\nNever give in.\n<</SYS>>\n\nQ [/INST] A </s><s>[INST] R [/INST]");
  EXPECT_EQ(rendered(source, {{Role::system, "S"}, {Role::user, "Q"}}).text(),
            "<s>[INST] <<SYS>>\nS\n<</SYS>>\n\nQ [/INST]");
}

/// As Mistral-7B-Instruct v0.1 was first published.
TEST(PublishedTemplate, AddsNoBlankBeforeAnAnswer) {
  EXPECT_EQ(
      rendered("{{ bos_token }}{% for m in messages %}{% if m['role'] == 'user' %}{{ '[INST] ' + m['content'] + ' "
               "[/INST]' }}{% else %}{{ m['content'] + eos_token }}{% endif %}{% endfor %}",
               answered_question)
          .text(),
      "<s>[INST] Q [/INST]A</s>[INST] R [/INST]");
}

TEST(PublishedTemplate, OpensTheReplyWithoutAThought) {
  const std::string source =
      "{% if add_generation_prompt %}<a>{% if enable_thinking is defined and enable_thinking is false %}<think></think>"
      "{% endif %}{% endif %}";
  EXPECT_EQ(rendered(source, first_question).text(), "<a><think></think>");
  EXPECT_EQ(rendered(source, {{Role::user, "Q"}, {Role::assistant, "A"}}, Generation::closed).text(), "");
}

TEST(PublishedTemplate, SaysWhatItRefusesAndTheWayOut) {
  const auto error =
      test::user_error([] { rendered("\n{{ raise_exception('System role not supported') }}", first_question); });
  EXPECT_THAT(error, AllOf(HasSubstr("m/chat_template.jinja:2: the chat template cannot render the dialogue: it says: "
                                     "System role not supported; set model.chat_template"),
                           HasSubstr("FILE.yaml")));
  EXPECT_THAT(test::user_error([] { rendered("{% if %}", first_question); }),
              HasSubstr("m/chat_template.jinja:1: the chat template cannot be read"));
}

class PublishedFiles : public testing::Test {
 protected:
  void write(const std::string& file, const std::string& text) {
    std::filesystem::create_directories((folder_.path() / file).parent_path());
    test::write_text(folder_.path() / file, text);
  }
  std::string found() const {
    const auto source = find_published_template(folder_.path());
    return source ? source->file.lexically_relative(folder_.path()).string() + ": " + source->text : "none";
  }
  std::string error() const {
    return test::user_error([&] { find_published_template(folder_.path()); });
  }
  test::TemporaryFolder folder_;
};

TEST_F(PublishedFiles, HaveTransformersOrder) {
  EXPECT_EQ(found(), "none");
  write("chat_template.json", R"({"chat_template": "processor"})");
  EXPECT_EQ(found(), "chat_template.json: processor");
  write("tokenizer_config.json", R"({"chat_template": null})");
  EXPECT_EQ(found(), "chat_template.json: processor");
  write("tokenizer_config.json", R"({"chat_template": "one"})");
  EXPECT_EQ(found(), "tokenizer_config.json: one");
  write("tokenizer_config.json",
        R"({"chat_template": [{"name": "rag", "template": "r"}, {"name": "default", "template": "d"}]})");
  EXPECT_EQ(found(), "tokenizer_config.json: d");
  write("chat_template.jinja", "own file");
  EXPECT_EQ(found(), "chat_template.jinja: own file");
  write("additional_chat_templates/tool_use.jinja", "tools");
  write("additional_chat_templates/._tool_use.jinja", "\x05\x16");
  EXPECT_EQ(found(), "chat_template.jinja: own file");
  write("additional_chat_templates/default.jinja", "another default");
  EXPECT_EQ(found(), "additional_chat_templates/default.jinja: another default");
}

TEST_F(PublishedFiles, WithoutADefaultAreNotGuessed) {
  write("tokenizer_config.json",
        R"({"chat_template": [{"name": "rag", "template": "r"}, {"name": "tool_use", "template": "t"}]})");
  EXPECT_THAT(error(), AllOf(HasSubstr("the model has the chat templates rag, tool_use, but none named default"),
                             HasSubstr("FILE.jinja")));
  write("additional_chat_templates/summary.jinja", "s");
  EXPECT_THAT(error(), HasSubstr("the model has the chat templates summary, but none"));
}

TEST_F(PublishedFiles, WithOtherValuesAreRefused) {
  write("tokenizer_config.json", R"({"chat_template": 3})");
  EXPECT_THAT(error(), HasSubstr("tokenizer_config.json: chat_template: is neither a text nor a list of texts"));
  write("tokenizer_config.json", R"({"chat_template": [{"name": "default"}]})");
  EXPECT_THAT(error(), HasSubstr("an entry lacks its name or its template"));
  write("tokenizer_config.json", "[]");
  EXPECT_THAT(error(), HasSubstr("is not a JSON object"));
}

/// Qwen's published templates give what the built-in families give, which were checked against transformers.
TEST(PublishedTemplate, OfQwenIsTheFamily) {
  PINPOINT_NEEDS_SHARED("data/tokenizers/qwen/qwen3.tokenizer_config.json");
  for (const std::string family : {"qwen2.5", "qwen3"}) {
    const auto file = test::shared("data/tokenizers/qwen/" + family + ".tokenizer_config.json");
    const PublishedTemplate published(
        nlohmann::json::parse(test::read_text(file)).at("chat_template").get<std::string>(), file, {});
    const auto built_in = template_of_family(family, {});
    const Dialogue closed{{Role::system, "S"}, {Role::user, " Q\n"}, {Role::assistant, "A"}};
    for (const Dialogue& dialogue : {first_question, answered_question})
      EXPECT_EQ(published.render(dialogue, Generation::open).text(),
                built_in->render(dialogue, Generation::open).text());
    EXPECT_EQ(published.render(closed, Generation::closed).text(), built_in->render(closed, Generation::closed).text());
  }
}

}  // namespace
}  // namespace pinpoint::text
