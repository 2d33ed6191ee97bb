/// \file
/// The demo's closed world: 96 facts, and the words that dialogues about them are made of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pinpoint::demo {

inline constexpr std::int64_t relations = 3, entities = 32, values = 8;

/// "q1 of e7 is v1_4".
struct Fact {
  std::int64_t relation = 0, entity = 0;
  std::int64_t value = 0;  ///< 0 .. values-1
};

/// All facts, divided at random into disjoint sets: no fact of the sweep, knockout or evaluation is ever tuned on.
struct World {
  explicit World(std::uint64_t seed);

  std::vector<Fact> sweep, knockout, tuning, evaluation;
  std::vector<Fact> all() const;
};

/// Every word of the world. Its index is its token id. Special words come first.
const std::vector<std::string>& vocabulary();
inline constexpr std::int64_t end_of_turn = 2, user_turn = 3, assistant_turn = 4;  ///< "</s>", "<u>", "<a>"
inline constexpr std::int64_t special_words = 5;

/// Ids of words separated by blanks. \pre all of them are in the vocabulary
std::vector<std::int64_t> ids_of(std::string_view words);

}  // namespace pinpoint::demo
