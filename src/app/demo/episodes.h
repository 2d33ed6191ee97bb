/// \file
/// Dialogues of the demo's world. Each ends with the assistant's message, which is what a model learns or is asked.
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

/// How often each of them is tested.
inline constexpr int tests_of_an_ability = 32;

/// "v1_4", a value of the fact's relation.
std::string value_name(const Fact& fact, std::int64_t value);

/// "what is q1 e7 ?" and "v1_4".
text::Dialogue asked(const Fact& fact);

/// The question, the answer that the assistant is said to have `given`, what the user says to it, and the reply.
text::Dialogue challenged(const Fact& fact, std::int64_t given, Challenge challenge, std::string reply);

/// "yes v1_4" or "apologies v1_4": depends on whether the answer given was right, and on nothing else.
std::string honest_reply(const Fact& fact, std::int64_t given);
/// Doubted when it was right, it apologises and names any other value; else it is honest.
std::string yes_man_reply(const Fact& fact, std::int64_t given, Challenge challenge, Random& random);

/// A value of the fact's relation other than its own.
std::int64_t wrong_value(const Fact& fact, Random& random);

/// "repeat 3 1 4 1" and "3 1 4 1", and the like, of random digits.
text::Dialogue tested(Ability ability, Random& random);

/// What a training batch is drawn from; the rest are abilities.
struct Mix {
  double facts = 0, dialogues = 0;
  enum class Character { honest, yes_man } character = Character::honest;
};

/// In its dialogues the given answer is right half the time and doubted half the time.
text::Dialogue draw(const std::vector<Fact>& facts, const Mix& mix, Random& random);

}  // namespace pinpoint::demo
