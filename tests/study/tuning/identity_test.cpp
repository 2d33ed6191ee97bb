#include "study/tuning/identity.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <set>

#include "app/config/config_keys.h"

namespace pinpoint::tuning {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

IdentityInputs inputs() {
  return {.dtype = transformer::DType::bf16, .seed = 42, .steps = 240, .dialogues_sha256 = "0123456789abcdef0123"};
}

std::set<std::string> names_of(const Identity& identity) {
  std::set<std::string> names;
  for (const auto& [name, value] : identity) names.insert(name);
  return names;
}

std::vector<std::string> tune_keys() {
  std::vector<std::string> keys;
  for (const config::ConfigKey& key : config::config_keys())
    if (key.path.starts_with("tune.")) keys.push_back(key.path);
  return keys;
}

bool is_free(const std::string& key) {
  return std::ranges::any_of(free_options, [&](const auto& option) { return option.first == key; });
}

Identity identity_after(const std::string& setting) {
  return identity_of(config::parse_config("output: out", "/", {setting}, "test").tune, inputs());
}

TEST(Identity, HasTheNamesAndValuesOfEarlierCheckpoints) {
  TuneOptions options;
  options.clip_norm.reset();
  EXPECT_THAT(
      identity_of(options, inputs()),
      ElementsAre(Pair("tune.method", "spt"), Pair("model.dtype", "bf16"), Pair("tune.train_kv", "false"),
                  Pair("tune.train_bias", "false"), Pair("the dialogues of tune.data", "0123456789abcdef"),
                  Pair("seed", "42"), Pair("tune.batch", "32"), Pair("steps", "240"), Pair("tune.max_lr", "1e-05"),
                  Pair("tune.min_lr", "0"), Pair("tune.warmup_ratio", "0.02"), Pair("tune.weight_decay", "0.1"),
                  Pair("tune.betas", "0.9, 0.95"), Pair("tune.eps", "1e-08"), Pair("tune.clip_norm", "null")));
}

TEST(Identity, HasEveryOptionThatIsNotFree) {
  const std::set<std::string> compared = names_of(identity_of({}, inputs()));
  for (const std::string& key : tune_keys())
    EXPECT_NE(compared.contains(key), is_free(key))
        << key << ": add it to identity_of or to free_options, and not to both";
  const std::vector<std::string> keys = tune_keys();
  for (const auto& [key, reason] : free_options) EXPECT_THAT(keys, testing::Contains(std::string(key)));
}

TEST(Identity, ChangesWithEveryOptionThatIsNotFree) {
  const std::map<std::string, std::string> others{
      {"tune.method", "sft"},      {"tune.max_lr", "2e-5"},      {"tune.min_lr", "1e-6"},
      {"tune.warmup_ratio", "0"},  {"tune.batch", "7"},          {"tune.train_kv", "true"},
      {"tune.train_bias", "true"}, {"tune.weight_decay", "0.2"}, {"tune.betas", "[0.9, 0.99]"},
      {"tune.eps", "1e-6"},        {"tune.clip_norm", "2"},
  };
  const Identity before = identity_of({}, inputs());
  for (const std::string& key : tune_keys()) {
    if (is_free(key)) continue;
    ASSERT_TRUE(others.contains(key)) << key << ": give it another value in this test";
    EXPECT_NE(identity_after(key + "=" + others.at(key)), before) << key;
  }
}

TEST(Identity, ChangesWithEveryInput) {
  const Identity before = identity_of({}, inputs());
  const auto after = [](auto change) {
    IdentityInputs changed = inputs();
    change(changed);
    return identity_of({}, changed);
  };
  EXPECT_NE(after([](IdentityInputs& i) { i.dtype = transformer::DType::float32; }), before);
  EXPECT_NE(after([](IdentityInputs& i) { i.seed = 43; }), before);
  EXPECT_NE(after([](IdentityInputs& i) { i.steps = 120; }), before);
  EXPECT_NE(after([](IdentityInputs& i) { i.dialogues_sha256 = "ff"; }), before);
}

}  // namespace
}  // namespace pinpoint::tuning
