// ranks: 1 2 3
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <new>

#include "support/user_error.h"
#include "system/base/check.h"
#include "system/parallel/agreement.h"

namespace pinpoint::parallel {
namespace {

TEST(Together, RunsItsPartOnEveryRank) {
  int done = 0;
  together(Communicator::world(), [&] { ++done; });
  together({}, [&] { ++done; });
  EXPECT_EQ(done, 2);
}

TEST(Together, ThrowsTheErrorOfTheLowestRankOnAll) {
  const auto world = Communicator::world();
  for (int failing = 0; failing < world.size(); ++failing) {
    const std::string message = test::user_error(
        [&] { together(world, [&] { validate(world.rank() < failing, "rank {} failed", world.rank()); }); });
    EXPECT_EQ(message, fmt::format("rank {} failed", failing));
  }
}

TEST(Together, KeepsTheStatus) {
  const auto world = Communicator::world();
  const auto fail = [&](const auto& error) {
    try {
      together(world, [&] {
        if (world.rank() == world.size() - 1) throw error;
      });
    } catch (const Error& caught) {
      return caught.status();
    }
    return ExitStatus::done;
  };
  EXPECT_EQ(fail(UserError("u")), ExitStatus::user_error);
  EXPECT_EQ(fail(Failure("f")), ExitStatus::failure);
  EXPECT_EQ(fail(std::runtime_error("r")), ExitStatus::failure);
}

TEST(Meet, IsWhereAllRanksCome) {
  EXPECT_TRUE(meet(Communicator::world(), std::nullopt));
  EXPECT_TRUE(meet(Communicator::world(), std::chrono::seconds(60)));
  EXPECT_TRUE(meet({}, std::chrono::seconds(0)));
}

TEST(Together, SaysWhatExhaustedMemoryMeans) {
  try {
    together(Communicator::world(), [] { throw std::bad_alloc(); });
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("out of memory; use fewer ranks"));
  }
}

}  // namespace
}  // namespace pinpoint::parallel
