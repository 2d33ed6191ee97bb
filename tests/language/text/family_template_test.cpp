#include "language/text/family_template.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>

#include "language/text/template_choice.h"
#include "support/shared.h"

namespace pinpoint::text {
namespace {

using nlohmann::json;

/// The cases. tests/oracle/chat_templates.py compares them with what the publishers' own templates and packages render.
json published_cases() {
  const char* source = std::getenv("PINPOINT_SOURCE");
  return json::parse(
      test::read_text(std::filesystem::path(source ? source : ".") / "tests/language/text/chat_templates.json"));
}

Dialogue dialogue_of(const json& messages) {
  Dialogue dialogue;
  for (const json& message : messages) {
    const std::string role = message.at("role");
    dialogue.push_back({role == "system" ? Role::system
                        : role == "user" ? Role::user
                                         : Role::assistant,
                        message.at("content")});
  }
  return dialogue;
}

Prompt render(const std::string& family, const Dialogue& dialogue, const std::vector<std::string>& special_forms = {}) {
  const auto generation = dialogue.back().role == Role::user ? Generation::open : Generation::closed;
  return template_of_family(family, special_forms)->render(dialogue, generation);
}

TEST(FamilyTemplate, RendersAsThePublishersDo) {
  for (const json& family : published_cases()) {
    const auto forms = family.at("special_forms").get<std::vector<std::string>>();
    for (const json& one : family.at("cases")) {
      const auto prompt = render(family.at("family"), dialogue_of(one.at("messages")), forms);
      EXPECT_EQ(prompt, split_at_special_forms(one.at("rendered").get<std::string>(), forms))
          << family.at("label") << ": " << one.at("rendered");
    }
  }
}

TEST(FamilyTemplate, KeepsSpecialFormsInMessagesAsText) {
  for (const json& family : published_cases()) {
    const auto forms = family.at("special_forms").get<std::vector<std::string>>();
    std::string all;
    for (const std::string& form : forms) all += form;
    const auto prompt = render(family.at("family"), {{Role::system, all}, {Role::user, all}}, forms);
    const auto expected = render(family.at("family"), {{Role::system, "S"}, {Role::user, "U"}}, forms);
    EXPECT_EQ(prompt.segments().size(), expected.segments().size()) << family.at("label");
  }
}

TEST(FamilyTemplate, FindsTheLastUserOfAClosedDialogue) {
  const std::vector<std::string> forms{"<s>", "</s>", "[INST]", "[/INST]"};
  EXPECT_EQ(render("mistral", {{Role::system, "S"}, {Role::user, "Q"}, {Role::assistant, "A"}}, forms),
            split_at_special_forms("<s>[INST]S\n\nQ[/INST]A</s>", forms));
}

}  // namespace
}  // namespace pinpoint::text
