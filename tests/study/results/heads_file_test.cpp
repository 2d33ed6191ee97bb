#include "study/results/heads_file.h"

#include <gmock/gmock.h>

#include <limits>

#include "support/shared.h"
#include "support/user_error.h"

namespace pinpoint::results {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class HeadsFileTest : public ::testing::Test {
 protected:
  /// The error for `json` with a model of 4 layers of 8 heads.
  std::string error_of(const std::string& json) {
    test::write_text(path_, json);
    return test::user_error([&] { read_heads(path_, 4, 8); });
  }

  test::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "heads.json";
};

TEST_F(HeadsFileTest, HasOneHeadPerLine) {
  test::write_text(path_, to_json({{{3, 7}, -1.9}, {{0, 2}, std::nullopt}}));
  EXPECT_EQ(test::read_text(path_), "[\n  {\"layer\":3,\"head\":7,\"effect\":-1.9},\n  {\"layer\":0,\"head\":2}\n]\n");
  EXPECT_THAT(read_heads(path_, 4, 8), ElementsAre(ListedHead{{3, 7}, -1.9}, ListedHead{{0, 2}, std::nullopt}));
}

TEST_F(HeadsFileTest, TopHeadsAreTheMostNegativeWithoutNaN) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const effects::MetricEffects effects{{0.5, -2, nan, -0.25}, {}, {}, {}, {{0, 1}, {1, 1}, {0, 0}, {1, 0}}, {}, {}};
  EXPECT_THAT(top_heads(effects, 2, 2), ElementsAre(ListedHead{{0, 1}, -2}, ListedHead{{1, 1}, -0.25}));
  EXPECT_THAT(top_heads(effects, 2, 9), SizeIs(3));
}

TEST_F(HeadsFileTest, SaysWhatIsWrongWithAList) {
  EXPECT_THAT(error_of("{\"layer\": 1, \"head\": 1}"), HasSubstr("is not a list of heads"));
  EXPECT_THAT(error_of("[]"), HasSubstr("is not a list of heads"));
  EXPECT_THAT(error_of("[[3, 1]]"), HasSubstr("entry 1: is not an object"));
  EXPECT_THAT(error_of("[{\"layer\": 1}]"), HasSubstr("entry 1: head is not an integer"));
  EXPECT_THAT(error_of("[{\"layer\": 1.5, \"head\": 1}]"), HasSubstr("entry 1: layer is not an integer"));
  EXPECT_THAT(error_of("[{\"layer\": 4, \"head\": 1}]"), HasSubstr("layer 4 is not in this model (it has 4"));
  EXPECT_THAT(error_of("[{\"layer\": 3, \"head\": -1}]"), HasSubstr("head -1 is not in this model"));
  EXPECT_THAT(error_of("[{\"layer\": 3, \"head\": 18446744073709551615}]"), HasSubstr("is not in this model"));
  EXPECT_THAT(error_of("[{\"layer\": 1, \"head\": 1, \"effect\": \"low\"}]"), HasSubstr("effect is not a number"));
  EXPECT_THAT(error_of("[{\"layer\": 1, \"head\": 1, \"heads\": 2}]"), HasSubstr("unknown key \"heads\""));
  EXPECT_THAT(error_of("[{\"layer\": 1, \"head\": 1}, {\"head\": 1, \"layer\": 1}]"),
              HasSubstr("entry 2: layer 1, head 1 is in the list twice"));
}

}  // namespace
}  // namespace pinpoint::results
