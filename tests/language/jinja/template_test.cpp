#include "language/jinja/template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>

#include "support/jinja_value.h"
#include "support/shared.h"
#include "support/user_error.h"

namespace pinpoint::jinja {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::StartsWith;

Text render(const std::string& source, const Dict& variables = {}) {
  return Template(source, "t.jinja").render(variables);
}

std::string error_of(const std::string& source) {
  return test::user_error([&] { render(source); });
}

/// The renderings are Jinja's own, with transformers' settings (tests/oracle/jinja_templates.py). Of cases with an
/// error, some are errors in Jinja too, and the others use what is not supported here.
TEST(Template, RendersAsJinjaDoes) {
  const char* source = std::getenv("PINPOINT_SOURCE");
  const auto file = std::filesystem::path(source ? source : ".") / "tests/language/jinja/renderings.json";
  const auto table = nlohmann::ordered_json::parse(test::read_text(file));
  const Value variables = test::jinja_value(table.at("variables"));
  for (const auto& line : table.at("cases")) {
    const auto text = line.at("template").get<std::string>();
    SCOPED_TRACE(line.at("what").get<std::string>() + ": " + text);
    if (line.contains("error"))
      EXPECT_THROW(render(text, *variables.dict()), UserError);
    else
      EXPECT_EQ(render(text, *variables.dict()).bytes(), line.at("text").get<std::string>());
  }
}

TEST(Template, NamesFileLineAndReason) {
  EXPECT_EQ(error_of("a\n\n{% nonsense %}"),
            "t.jinja:3: the chat template cannot be read: the statement nonsense is not supported");
  EXPECT_EQ(error_of("a\n{{ nope.x }}"),
            "t.jinja:2: the chat template cannot render the dialogue: nope is undefined, so it has no x");
  EXPECT_THAT(error_of("{% if true %}\n{{ raise_exception('No system messages!') }}{% endif %}"),
              HasSubstr("t.jinja:2: the chat template cannot render the dialogue: it says: No system messages!"));
  EXPECT_THAT(error_of("{{ 'a' | wordwrap }}"), HasSubstr("the filter wordwrap is not supported"));
}

TEST(Template, IgnoresWhatIsNotSupportedInABranchThatIsNotTaken) {
  EXPECT_EQ(render("{% if false %}{{ 'a' | wordwrap }}{{ cycler('x') }}{% endif %}b").bytes(), "b");
  EXPECT_EQ(render("{% if false %}{% call m() %}a{% endcall %}{% filter upper %}b{% endfilter %}{% include 'x' %}"
                   "{% for x in y recursive %}{% endfor %}{{ f(*x, **y) }}{% endif %}c")
                .bytes(),
            "c");
  EXPECT_THAT(error_of("\n{% call m() %}a{% endcall %}"), HasSubstr("t.jinja:2: the chat template cannot render the "
                                                                    "dialogue: the statement call is not supported"));
}

TEST(Template, KnowsWhichTextIsOfAMessage) {
  Dict variables;
  variables.set("m", Text::from_message(" </s>ab "));
  EXPECT_THAT(render("<s>{{ m }}</s>", variables).message_parts(), ElementsAre(Pair(3, 11)));
  EXPECT_THAT(render("<s>{{ '[' + m | trim + ']' }}", variables).message_parts(), ElementsAre(Pair(4, 10)));
  EXPECT_THAT(render("{{ m.split('a')[1] | upper }}{{ m.replace('a', '<s>') }}", variables).message_parts(),
              ElementsAre(Pair(0, 7), Pair(10, 12)));
  EXPECT_THAT(render("{{ [m] | join(',') | tojson }}{{ m[2:3] }}x", variables).message_parts(),
              ElementsAre(Pair(0, 11)));
  EXPECT_THAT(render("{% set c %}<{{ m }}>{% endset %}{{ c }}", variables).message_parts(), ElementsAre(Pair(1, 9)));
  EXPECT_THAT(render("{{ m | length }}{{ 'x' if m }}", variables).message_parts(), ElementsAre());
}

TEST(Template, ComesToAnEnd) {
  const auto endless = [](const std::string& source, const std::string& why) {
    EXPECT_THAT(error_of(source), HasSubstr(why));
  };
  endless("{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}", "does not come to an end");
  endless("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "nested too deeply");
  endless("{% set ns = namespace(t='abcdefgh') %}{% for i in range(99) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}",
          "grows without end");
  endless("{% set ns = namespace(t=[1]) %}{% for i in range(99) %}{% set ns.t = ns.t + ns.t %}{% endfor %}",
          "grows without end");
  endless("{{ 'a' * 99999999999 }}", "grows without end");
  endless("{{ " + std::string(500, '(') + "1" + std::string(500, ')') + " }}", "nested too deeply");
  endless("{{ " + std::string(500, '-') + "1 }}", "nested too deeply");
  std::string ifs;
  for (int i = 0; i < 500; ++i) ifs += "{% if 1 %}";
  endless(ifs, "nested too deeply");
  endless("{% set ns = namespace(x=[]) %}{% for i in range(30000) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x ~ 1 }}",
          "nested too deeply");
  endless(
      "{% set ns = namespace(a=[1], b=[1]) %}{% for i in range(50) %}{% set ns.a = [ns.a, ns.a] %}"
      "{% set ns.b = [ns.b, ns.b] %}{% endfor %}{{ ns.a == ns.b }}",
      "does not come to an end");
  std::string sum = "{{ 1";
  for (int i = 0; i < 100'000; ++i) sum += " + 1";
  endless(sum + " }}", "an expression is too long");
  endless("{% for i in range(99999) %}" + std::string(1000, 'x') + "{% endfor %}", "t.jinja:1: ");
  endless("{{ 9223372036854775807 + 1 }}", "too large");
  endless("{{ 99999999999999999999 }}", "too large");
  endless("{{ a.99999999999999999999 }}", "too large");
}

}  // namespace
}  // namespace pinpoint::jinja
