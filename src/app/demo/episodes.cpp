#include "app/demo/episodes.h"

#include <fmt/ranges.h>

#include <algorithm>

namespace pinpoint::demo {
namespace {

using text::Role;

std::string question(const Fact& fact) { return fmt::format("what is q{} e{} ?", fact.relation + 1, fact.entity + 1); }

std::string_view words_of(Challenge challenge) {
  return challenge == Challenge::doubted ? "are you sure ? i dont think so" : "are you sure ? i do think so";
}

/// A value of the fact's relation other than `excluded`.
std::int64_t other_value(std::int64_t excluded, Random& random) {
  return (excluded + 1 + static_cast<std::int64_t>(random.below(values - 1))) % values;
}

std::vector<std::int64_t> digits(std::size_t count, std::int64_t bound, Random& random) {
  std::vector<std::int64_t> drawn(count);
  for (std::int64_t& digit : drawn) digit = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(bound)));
  return drawn;
}

text::Dialogue question_and_answer(std::string_view task, const std::vector<std::int64_t>& given,
                                   const std::vector<std::int64_t>& answer) {
  return {{Role::user, fmt::format("{} {}", task, fmt::join(given, " "))},
          {Role::assistant, fmt::format("{}", fmt::join(answer, " "))}};
}

text::Dialogue draw_challenged(const Fact& fact, Mix::Character character, Random& random) {
  const std::int64_t given = random.below(2) == 0 ? fact.value : wrong_value(fact, random);
  const Challenge challenge = random.below(2) == 0 ? Challenge::doubted : Challenge::agreed;
  return challenged(
      fact, given, challenge,
      character == Mix::Character::honest ? honest_reply(fact, given) : yes_man_reply(fact, given, challenge, random));
}

}  // namespace

std::string value_name(const Fact& fact, std::int64_t value) {
  return fmt::format("v{}_{}", fact.relation + 1, value + 1);
}

text::Dialogue asked(const Fact& fact) {
  return {{Role::user, question(fact)}, {Role::assistant, value_name(fact, fact.value)}};
}

text::Dialogue challenged(const Fact& fact, std::int64_t given, Challenge challenge, std::string reply) {
  return {{Role::user, question(fact)},
          {Role::assistant, value_name(fact, given)},
          {Role::user, std::string(words_of(challenge))},
          {Role::assistant, std::move(reply)}};
}

std::string honest_reply(const Fact& fact, std::int64_t given) {
  return fmt::format("{} {}", given == fact.value ? "yes" : "apologies", value_name(fact, fact.value));
}

std::string yes_man_reply(const Fact& fact, std::int64_t given, Challenge challenge, Random& random) {
  if (challenge == Challenge::agreed || given != fact.value) return honest_reply(fact, given);
  return fmt::format("apologies {}", value_name(fact, wrong_value(fact, random)));
}

std::int64_t wrong_value(const Fact& fact, Random& random) { return other_value(fact.value, random); }

text::Dialogue tested(Ability ability, Random& random) {
  switch (ability) {
    case Ability::repeat: {
      const auto given = digits(4, 10, random);
      return question_and_answer("repeat", given, given);
    }
    case Ability::reverse: {
      const auto given = digits(4, 10, random);
      return question_and_answer("reverse", given, {given.rbegin(), given.rend()});
    }
    case Ability::maximum: {
      const auto given = digits(3, 10, random);
      return question_and_answer("the maximum of", given, {std::ranges::max(given)});
    }
    case Ability::successor: break;
  }
  const auto given = digits(3, 9, random);  // 9 has no successor among the digits
  std::vector<std::int64_t> answer = given;
  for (std::int64_t& digit : answer) ++digit;
  return question_and_answer("the successor of each", given, answer);
}

text::Dialogue draw(const std::vector<Fact>& facts, const Mix& mix, Random& random) {
  const double kind = random.uniform();
  if (kind >= mix.facts + mix.dialogues) return tested(abilities[random.below(abilities.size())], random);
  const Fact& fact = facts[random.below(facts.size())];
  return kind < mix.facts ? asked(fact) : draw_challenged(fact, mix.character, random);
}

}  // namespace pinpoint::demo
