#include "study/results/tune_step.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "system/files/embedded_texts.h"
#include "system/files/yaml_document.h"

namespace pinpoint::results {
namespace {

using ::testing::ElementsAreArray;

struct Described {
  std::string name, type, unit;
  bool operator==(const Described&) const = default;
};
void PrintTo(const Described& d, std::ostream* out) { *out << d.name << ": " << d.type << " [" << d.unit << "]"; }

std::vector<Described> by_the_table() {
  std::vector<Described> numbers;
  for (const auto& [name, unit, member] : step_numbers) {
    const bool whole = std::holds_alternative<std::int64_t TuneStep::*>(member);
    numbers.push_back({"history/" + std::string(name), whole ? "int64" : "float64", std::string(unit)});
  }
  return numbers;
}

/// The history of a schema, in its order.
std::vector<Described> by_the_schema(std::string_view kind) {
  const auto found = std::ranges::find(files::embedded_schemas(), kind, &files::EmbeddedText::name);
  const YAML::Node schema = files::parse_yaml(found->text, kind);
  std::vector<Described> numbers;
  for (const auto& entry : schema["data_sets"]) {
    const auto name = entry.first.as<std::string>();
    if (!name.starts_with("history/")) continue;
    EXPECT_EQ(entry.second["axes"].as<std::vector<std::string>>(), std::vector<std::string>{"step"}) << name;
    numbers.push_back({name, entry.second["type"].as<std::string>(), entry.second["unit"].as<std::string>("")});
  }
  return numbers;
}

TEST(StepNumbers, AreDescribedByBothSchemas) {
  EXPECT_THAT(by_the_schema("checkpoint"), ElementsAreArray(by_the_table()));
  EXPECT_THAT(by_the_schema("full_checkpoint"), ElementsAreArray(by_the_table()));
}

TEST(StepNumbers, CoverEveryMemberOfAStep) {
  // A member beyond these does not compile: it needs a row in the table.
  const auto [step, loss, lr, grad_norm, tokens, targets, seconds] = TuneStep{1, 2, 3, 4, 5, 6, 7};
  std::vector<double> values{static_cast<double>(step)};
  for (const StepNumber& number : step_numbers)
    std::visit(
        [&](auto member) {
          values.push_back(static_cast<double>(TuneStep{1, 2, 3, 4, 5, 6, 7}.*member));
        },
        number.member);
  EXPECT_THAT(values, testing::ElementsAre(step, loss, lr, grad_norm, tokens, targets, seconds));
}

}  // namespace
}  // namespace pinpoint::results
