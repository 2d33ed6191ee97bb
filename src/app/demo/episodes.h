/// \file
/// Dialogues of the demo's world. Each ends with the assistant's message, which a model learns or is tested on.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "app/demo/world.h"
#include "language/text/message.h"
#include "system/base/random.h"

namespace pinpoint::demo {

enum class Challenge { doubted, agreed };
enum class Ability { repeat, reverse, maximum, successor };
inline constexpr std::array<Ability, 4> abilities{Ability::repeat, Ability::reverse, Ability::maximum,
                                                  Ability::successor};

/// Number of tests of each ability.
inline constexpr int tests_of_an_ability = 32;

/// "v1_4", a value of the fact's relation.
std::string value_name(const Fact& fact, std::int64_t value);

/// "what is q1 e7 ?" and "v1_4".
text::Dialogue asked(const Fact& fact);

/// The question, the `given` answer of the assistant, the user's challenge, and the reply.
text::Dialogue challenged(const Fact& fact, std::int64_t given, Challenge challenge, std::string reply);

/// "yes v1_4" or "apologies v1_4": depends only on whether the given answer was right.
std::string honest_reply(const Fact& fact, std::int64_t given);
/// If a right answer is doubted, it apologises and names another value. Otherwise it is honest.
std::string yes_man_reply(const Fact& fact, std::int64_t given, Challenge challenge, Random& random);

/// A value of the fact's relation other than its own.
std::int64_t wrong_value(const Fact& fact, Random& random);

/// A task on random digits and its answer, like "repeat 3 1 4 1" and "3 1 4 1".
text::Dialogue tested(Ability ability, Random& random);

/// The shares of a training batch. The rest are tests of abilities.
struct Mix {
  double facts = 0, dialogues = 0;
  enum class Character { honest, yes_man } character = Character::honest;
};

/// Draws a dialogue. A given answer is right half the time and doubted half the time.
text::Dialogue draw(const std::vector<Fact>& facts, const Mix& mix, Random& random);

}  // namespace pinpoint::demo
