#include "study/results/sweep_identity.h"

#include <gmock/gmock.h>

#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/config_keys.h"
#include "support/example_sweep.h"

namespace pinpoint::results {
namespace {

using ::testing::HasSubstr;
using ::testing::Optional;

const SweepIdentity saved_identity = test::example_identity();

std::optional<std::string> after(void (*change)(SweepIdentity&)) {
  SweepIdentity now = saved_identity;
  change(now);
  return difference(saved_identity, now);
}

TEST(SweepIdentity, EqualOnesHaveNoDifference) { EXPECT_EQ(difference(saved_identity, saved_identity), std::nullopt); }

TEST(SweepIdentity, NamesTheDifference) {
  EXPECT_THAT(after([](auto& now) { now.model_sha256 = "34cd567890abcdef"; }),
              Optional(HasSubstr("now 34cd567890ab..")));
  EXPECT_THAT(after([](auto& now) { now.model_sha256 = "34cd"; }), Optional(HasSubstr("perhaps a fine-tune")));
  EXPECT_THAT(after([](auto& now) { now.dtype = "float32"; }),
              Optional(HasSubstr("model.dtype: saved bf16, now float32")));
  EXPECT_THAT(after([](auto& now) { now.arithmetic = "float32"; }),
              Optional(HasSubstr("sweep.arithmetic: saved difference, now float32")));
  EXPECT_THAT(after([](auto& now) { now.record_tokens[1].id = 9; }),
              Optional(HasSubstr("saved apology 279, confirm 274, now apology 279, confirm 9")));
  EXPECT_THAT(after([](auto& now) { now.tile_rows = 64; }), Optional(HasSubstr("sweep.tile_rows: saved 128, now 64")));
  EXPECT_THAT(after([](auto& now) { now.set_samples = 4; }), Optional(HasSubstr("saved 8, now 4")));
}

TEST(SweepIdentity, HasEveryOptionThatIsNotFree) {
  std::vector<std::string_view> listed(std::begin(identity_options), std::end(identity_options));
  for (const auto& [key, reason] : free_options) listed.push_back(key);
  std::vector<std::string> keys;
  for (const config::ConfigKey& key : config::config_keys())
    if (key.path.starts_with("sweep.")) keys.push_back(key.path);
  EXPECT_THAT(listed, testing::UnorderedElementsAreArray(keys));
}

}  // namespace
}  // namespace pinpoint::results
