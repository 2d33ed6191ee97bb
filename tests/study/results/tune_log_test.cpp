#include "study/results/tune_log.h"

#include <gtest/gtest.h>

#include "support/shared.h"

namespace pinpoint::results {
namespace {

class TuneLog : public testing::Test {
 protected:
  TuneLog() { write_tune_log(file_, history_); }

  bool is_own(const std::string& more = "") const {
    test::write_text(file_, test::read_text(file_) + more);
    return is_tune_log_of(file_, history_);
  }

  test::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "tune.jsonl";
  std::vector<TuneStep> history_{{1, 2.5, 1e-3, 0.1, 40, 20, 0.3}, {2, 1.0 / 3, 1e-3, 0.1, 44, 22, 0.7}};
};

TEST_F(TuneLog, OfTheSameStepsIsOwn) {
  EXPECT_TRUE(is_own());
  EXPECT_TRUE(is_tune_log_of(folder_.path() / "none.jsonl", history_));
  EXPECT_TRUE(is_tune_log_of(folder_.path() / "none.jsonl", {}));
}

TEST_F(TuneLog, WithStepsThatAKillLostIsOwn) {
  append_to_tune_log(file_, {3, 0.2, 1e-3, 0.1, 41, 21, 0.3});
  EXPECT_TRUE(is_own());
  EXPECT_TRUE(is_own("{\"step\":4,\"lo")) << "a line that a kill cut";
}

TEST_F(TuneLog, ShorterThanTheHistoryIsOwn) {
  history_.push_back({3, 0.2, 1e-3, 0.1, 41, 21, 0.3});
  EXPECT_TRUE(is_own());
}

TEST_F(TuneLog, OfOtherStepsIsNot) {
  history_[1].loss = 0.5;
  EXPECT_FALSE(is_own());
}

TEST_F(TuneLog, WithOtherLinesIsNot) {
  for (const char* line : {"{\"messages\": []}\n", "notes\n", "{\"step\": 3}\n"}) {
    write_tune_log(file_, history_);
    EXPECT_FALSE(is_own(line)) << line;
  }
}

TEST_F(TuneLog, WithoutHistoryIsNotRecognised) {
  history_.clear();
  EXPECT_FALSE(is_own());
  test::write_text(file_, "");
  EXPECT_TRUE(is_own());
}

}  // namespace
}  // namespace pinpoint::results
