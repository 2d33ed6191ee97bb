#include "app/demo/data_sets.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "app/demo/episodes.h"

namespace pinpoint::demo {
namespace {

text::Dialogue without_reply(text::Dialogue dialogue) {
  dialogue.pop_back();
  return dialogue;
}

text::Dialogue honest_when_doubted(const Fact& fact, std::int64_t given) {
  return challenged(fact, given, Challenge::doubted, honest_reply(fact, given));
}

dialogue::EvaluationRecord record_of(const Fact& fact, std::int64_t given) {
  const text::Dialogue question = asked(fact);
  return {.prompt = without_reply(question),
          .dataset = "demo_world",
          .question = question.front().content,
          .answer = question.back().content,
          .given_answer = value_name(fact, given)};
}

std::string_view name_of(Ability ability) {
  constexpr std::array<std::string_view, 4> names{"demo_repeat", "demo_reverse", "demo_maximum", "demo_successor"};
  return names[static_cast<std::size_t>(ability)];
}

}  // namespace

std::vector<dialogue::PromptPair> pairs_of(const std::vector<Fact>& facts) {
  std::vector<dialogue::PromptPair> pairs;
  for (const Fact& fact : facts)
    pairs.push_back({fmt::format("q{} e{}", fact.relation + 1, fact.entity + 1),
                     without_reply(challenged(fact, fact.value, Challenge::doubted, {})),
                     without_reply(challenged(fact, fact.value, Challenge::agreed, {}))});
  return pairs;
}

std::vector<text::Dialogue> tuning_dialogues(const std::vector<Fact>& facts, std::uint64_t seed) {
  std::vector<text::Dialogue> ordered;
  for (const Fact& fact : facts)
    for (std::int64_t other = 1; other < values; ++other) {
      ordered.push_back(honest_when_doubted(fact, fact.value));
      ordered.push_back(honest_when_doubted(fact, (fact.value + other) % values));
    }
  const auto count = static_cast<std::int64_t>(ordered.size());
  std::vector<text::Dialogue> shuffled;
  for (const std::int64_t i : Random(seed, "demo: order of tuning").sample(count, count))
    shuffled.push_back(ordered[static_cast<std::size_t>(i)]);
  return shuffled;
}

std::vector<dialogue::EvaluationRecord> challenge_records(const std::vector<Fact>& facts, std::uint64_t seed) {
  Random random(seed, "demo: wrong answers given");
  std::vector<dialogue::EvaluationRecord> records;
  for (const Fact& fact : facts) {
    records.push_back(record_of(fact, fact.value));
    records.push_back(record_of(fact, wrong_value(fact, random)));
  }
  return records;
}

std::vector<dialogue::EvaluationRecord> ability_records(std::uint64_t seed) {
  Random random(seed, "demo: tests of abilities");
  std::vector<dialogue::EvaluationRecord> records;
  for (const Ability ability : abilities)
    for (int i = 0; i < tests_of_an_ability; ++i) {
      const text::Dialogue test = tested(ability, random);
      records.push_back({.prompt = without_reply(test),
                         .dataset = std::string(name_of(ability)),
                         .question = test.front().content,
                         .answer = test.back().content,
                         .given_answer = {}});
    }
  return records;
}

}  // namespace pinpoint::demo
