#include "app/demo/world.h"

#include <fmt/format.h>

#include <sstream>
#include <unordered_map>

#include "system/base/check.h"
#include "system/base/random.h"

namespace pinpoint::demo {
namespace {

std::vector<std::string> make_vocabulary() {
  std::vector<std::string> words{"<unk>", "<s>", "</s>", "<u>", "<a>"};
  for (const char* word :
       {"what", "is",  "?",         "are",    "you",     "sure", "i",       "dont",      "do", "think",
        "so",   "yes", "apologies", "repeat", "reverse", "the",  "maximum", "successor", "of", "each"})
    words.emplace_back(word);
  for (std::int64_t digit = 0; digit < 10; ++digit) words.push_back(std::to_string(digit));
  for (std::int64_t relation = 1; relation <= relations; ++relation) {
    words.push_back(fmt::format("q{}", relation));
    for (std::int64_t value = 1; value <= values; ++value) words.push_back(fmt::format("v{}_{}", relation, value));
  }
  for (std::int64_t entity = 1; entity <= entities; ++entity) words.push_back(fmt::format("e{}", entity));
  return words;
}

std::unordered_map<std::string, std::int64_t> make_ids() {
  std::unordered_map<std::string, std::int64_t> ids;
  for (const std::string& word : vocabulary()) ids.emplace(word, static_cast<std::int64_t>(ids.size()));
  return ids;
}

}  // namespace

World::World(std::uint64_t seed) {
  Random random(seed, "demo: facts");
  const std::int64_t count = relations * entities;
  for (const std::int64_t i : random.sample(count, count)) {
    std::vector<Fact>& part = evaluation.size() < 32 ? evaluation
                              : sweep.size() < 24    ? sweep
                              : knockout.size() < 16 ? knockout
                                                     : tuning;
    part.push_back({i / entities, i % entities, static_cast<std::int64_t>(random.below(values))});
  }
}

std::vector<Fact> World::all() const {
  std::vector<Fact> facts;
  for (const std::vector<Fact>* part : {&sweep, &knockout, &tuning, &evaluation})
    facts.insert(facts.end(), part->begin(), part->end());
  return facts;
}

const std::vector<std::string>& vocabulary() {
  static const std::vector<std::string> words = make_vocabulary();
  return words;
}

std::vector<std::int64_t> ids_of(std::string_view words) {
  static const std::unordered_map<std::string, std::int64_t> id_of_word = make_ids();
  std::vector<std::int64_t> ids;
  std::istringstream stream{std::string(words)};
  for (std::string word; stream >> word;) {
    const auto found = id_of_word.find(word);
    PINPOINT_EXPECT(found != id_of_word.end());
    ids.push_back(found->second);
  }
  return ids;
}

}  // namespace pinpoint::demo
