#include "system/base/log.h"

#include <gtest/gtest.h>

#include <regex>

#include "support/shared.h"
#include "system/base/check.h"

namespace pinpoint {
namespace {

void log_one_line_per_level() {
  log_debug("details");
  log_info("{} layers", 3);
  log_warning("slow");
  log_error("lost");
}

/// What a rank writes to standard error.
std::string written_by(int rank, int world_size, LogLevel level) {
  testing::internal::CaptureStderr();
  {
    const LogSession session(rank, world_size, level);
    log_one_line_per_level();
  }
  return testing::internal::GetCapturedStderr();
}

TEST(Log, OfOneRankNamesNoRank) {
  EXPECT_EQ(written_by(0, 1, LogLevel::info), "3 layers\nwarning: slow\nerror: lost\n");
}

TEST(Log, HasInfoOfRankZeroOnlyAndWarningsAndErrorsOfAllRanks) {
  EXPECT_EQ(written_by(0, 3, LogLevel::info), "3 layers\nwarning: rank 0: slow\nerror: rank 0: lost\n");
  EXPECT_EQ(written_by(2, 3, LogLevel::info), "warning: rank 2: slow\nerror: rank 2: lost\n");
}

TEST(Log, HasDebugOfRankZeroOnly) {
  EXPECT_EQ(written_by(0, 2, LogLevel::debug),
            "debug: details\n3 layers\nwarning: rank 0: slow\nerror: rank 0: lost\n");
  EXPECT_EQ(written_by(1, 2, LogLevel::debug), "warning: rank 1: slow\nerror: rank 1: lost\n");
}

TEST(Log, OmitsWhatIsBelowItsLevelOnEveryRank) {
  EXPECT_EQ(written_by(0, 2, LogLevel::warning), "warning: rank 0: slow\nerror: rank 0: lost\n");
  EXPECT_EQ(written_by(0, 2, LogLevel::error), "error: rank 0: lost\n");
  EXPECT_EQ(written_by(1, 2, LogLevel::error), "error: rank 1: lost\n");
}

TEST(Log, WithoutASessionHasWarningsAndErrors) {
  testing::internal::CaptureStderr();
  log_one_line_per_level();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "warning: slow\nerror: lost\n");
}

TEST(Log, AppendsToAFileWithTimeAndWithoutColours) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "log";
  test::write_text(file, "of an earlier run\n");
  testing::internal::CaptureStderr();
  {
    LogSession session(1, 2, LogLevel::info);
    session.write_to(file);
    log_info("not of rank 1");
    log_warning("\033[31mred\033[0m");
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "warning: rank 1: \033[31mred\033[0m\n");
  const std::string text = test::read_text(file);
  EXPECT_TRUE(std::regex_match(
      text, std::regex("of an earlier run\n\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d+ warning: rank 1: red\n")))
      << text;
}

TEST(Log, RefusesAFileThatItCannotOpen) {
  const test::TemporaryFolder folder;
  LogSession session(0, 1, LogLevel::error);
  EXPECT_THROW(session.write_to(folder.path() / "none" / "log"), UserError);
}

TEST(LogLevels, HaveNames) {
  EXPECT_EQ(parse_log_level("debug"), LogLevel::debug);
  EXPECT_EQ(parse_log_level("error"), LogLevel::error);
  EXPECT_THROW(parse_log_level("loud"), UserError);
}

}  // namespace
}  // namespace pinpoint
