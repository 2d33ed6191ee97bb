#include "system/base/progress.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <stdlib.h>
#include <thread>

namespace pinpoint {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(FormatDuration, NamesTheTwoLargestUnits) {
  EXPECT_EQ(format_duration(0.27), "0.3 s");
  EXPECT_EQ(format_duration(9.94), "9.9 s");
  EXPECT_EQ(format_duration(9.96), "10 s");
  EXPECT_EQ(format_duration(12.4), "12 s");
  EXPECT_EQ(format_duration(59.4), "59 s");
  EXPECT_EQ(format_duration(59.6), "1 min 00 s");
  EXPECT_EQ(format_duration(200), "3 min 20 s");
  EXPECT_EQ(format_duration(3599.4), "59 min 59 s");
  EXPECT_EQ(format_duration(3599.6), "1 h 00 min");
  EXPECT_EQ(format_duration(3720), "1 h 02 min");
  EXPECT_EQ(format_duration(100 * 3600 + 59 * 60), "100 h 59 min");
}

TEST(FormatDuration, HasNoNegativeTime) { EXPECT_EQ(format_duration(-5), "0.0 s"); }

/// While it lives, standard error is a terminal of its own.
class StandardErrorOnTerminal {
 public:
  StandardErrorOnTerminal() {
    master_ = posix_openpt(O_RDWR | O_NOCTTY);
    if (master_ < 0 || grantpt(master_) != 0 || unlockpt(master_) != 0) return;
    const int terminal = open(ptsname(master_), O_RDWR | O_NOCTTY);
    if (terminal < 0) return;
    dup2(terminal, STDERR_FILENO);
    close(terminal);
    fcntl(master_, F_SETFL, O_NONBLOCK);
  }
  ~StandardErrorOnTerminal() {
    dup2(before_, STDERR_FILENO);
    close(before_);
    close(master_);
  }
  /// What was written since the last call.
  std::string text() const {
    std::string text;
    std::array<char, 4096> piece{};
    for (ssize_t size = 0; (size = read(master_, piece.data(), piece.size())) > 0;)
      text.append(piece.data(), static_cast<std::size_t>(size));
    return text;
  }

 private:
  int before_ = dup(STDERR_FILENO);
  int master_ = -1;
};

/// Longer than the time between two drawings of the bar.
void wait_until_it_draws() { std::this_thread::sleep_for(std::chrono::milliseconds(110)); }

TEST(Progress, DrawsABarWithShareUnitTimeLeftAndNote) {
  const StandardErrorOnTerminal terminal;
  if (isatty(STDERR_FILENO) != 1) GTEST_SKIP() << "this machine has no pseudo-terminals";
  Progress progress("sweep", "samples", 8, Progress::Audience::shown);
  progress.note("block 1");
  wait_until_it_draws();
  progress.update(2);
  const std::string bar = terminal.text();
  EXPECT_THAT(bar, StartsWith("\rsweep [#######.....................]  25 %  "));  // 28 places
  EXPECT_THAT(bar, HasSubstr(" samples/s  "));
  EXPECT_THAT(bar, HasSubstr(" s left block 1"));  // 0.11 s for 2 of 8: 0.3 s
  EXPECT_THAT(bar, Not(HasSubstr("\n")));
  progress.finish();
  EXPECT_THAT(terminal.text(), HasSubstr("\n"));
  progress.finish();
  EXPECT_EQ(terminal.text(), "");
}

TEST(Progress, NeverGoesBackAndTakesANewTotal) {
  const StandardErrorOnTerminal terminal;
  if (isatty(STDERR_FILENO) != 1) GTEST_SKIP() << "this machine has no pseudo-terminals";
  Progress progress("tune", "steps", 4, Progress::Audience::shown);
  progress.update(3);  // too early to draw
  EXPECT_EQ(terminal.text(), "");
  wait_until_it_draws();
  progress.update(1);
  EXPECT_THAT(terminal.text(), HasSubstr("  75 %"));
  progress.expect(6);
  wait_until_it_draws();
  progress.update(3);
  EXPECT_THAT(terminal.text(), HasSubstr("  50 %"));
}

TEST(Progress, CountsWorkOfAnEarlierRunInTheShareButNotInTheRate) {
  const StandardErrorOnTerminal terminal;
  if (isatty(STDERR_FILENO) != 1) GTEST_SKIP() << "this machine has no pseudo-terminals";
  Progress progress("tune", "steps", 10, Progress::Audience::shown);
  progress.start_at(5);
  wait_until_it_draws();
  progress.update(5);
  const std::string bar = terminal.text();
  EXPECT_THAT(bar, HasSubstr("  50 %  0 steps/s  ? left"));
}

TEST(Progress, OfASilentRankWritesNothing) {
  const StandardErrorOnTerminal terminal;
  {
    Progress progress("sweep", "samples", 8, Progress::Audience::silent);
    wait_until_it_draws();
    progress.update(2);
  }
  EXPECT_EQ(terminal.text(), "");
}

TEST(Progress, WritesNoBarWhereStandardErrorIsAFile) {
  testing::internal::CaptureStderr();
  {
    Progress progress("sweep", "samples", 8, Progress::Audience::shown);
    wait_until_it_draws();
    progress.update(2);
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace pinpoint
