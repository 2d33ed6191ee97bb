#include "system/parallel/thread_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "system/base/check.h"

namespace pinpoint::parallel {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::optional<int> read(const char* value) {
  setenv("PINPOINT_TEST_THREADS", value, 1);
  return threads_in("PINPOINT_TEST_THREADS");
}

TEST(ThreadsIn, ReadsWhatOpenMpDoes) {
  EXPECT_EQ(read("3"), 3);
  EXPECT_EQ(read(" 2"), 2);
  EXPECT_EQ(read("2 "), 2);
  EXPECT_EQ(read("2,1"), 2);
  EXPECT_EQ(read(" 4 , 2 "), 4);
}

TEST(ThreadsIn, TakesBlankAsUnset) {
  EXPECT_EQ(read(""), std::nullopt);
  EXPECT_EQ(read("  "), std::nullopt);
  unsetenv("PINPOINT_TEST_THREADS");
  EXPECT_EQ(threads_in("PINPOINT_TEST_THREADS"), std::nullopt);
}

TEST(ThreadsIn, RefusesEverythingElse) {
  for (const char* value : {"0", "-1", "1.5", "auto", "2,", ",2", "2,x", "2 1", "99999999999", "+2"}) {
    try {
      read(value);
      ADD_FAILURE() << value << " was accepted";
    } catch (const UserError& error) {
      EXPECT_THAT(error.what(), HasSubstr(std::string("PINPOINT_TEST_THREADS=") + value + ":"));
    }
  }
}

TEST(ThreadWarnings, NoneIfEveryThreadHasACore) {
  EXPECT_THAT(thread_warnings({{"a", "1100", true, 2}, {"a", "0011", true, 2}, {"b", "1100", true, 2}}), IsEmpty());
  EXPECT_THAT(thread_warnings({{"a", "11", false, 1}, {"a", "11", false, 1}}), IsEmpty());
  EXPECT_THAT(thread_warnings({{"a", "1", false, 1}, {"a", "1", false, 1}}), IsEmpty());  // mpirun --oversubscribe
  EXPECT_THAT(thread_warnings({{"a", "", true, 8}}), IsEmpty());                          // unknown cores
}

TEST(ThreadWarnings, NameTheFlagsIfALauncherBoundARank) {
  EXPECT_THAT(thread_warnings({{"a", "1111", true, 4}, {"b", "1000", true, 4}, {"b", "0100", true, 4}}),
              ElementsAre(AllOf(HasSubstr("4 threads for rank 1 on b, which may use only 1 core (and 1 rank like it)"),
                                HasSubstr("--bind-to none"), HasSubstr("--map-by slot:PE=4"), HasSubstr("srun -c 4"))));
}

TEST(ThreadWarnings, AskForFewerThreadsIfTheMachineHasTooFewCores) {
  EXPECT_THAT(thread_warnings({{"a", "11", false, 8}}),
              ElementsAre(AllOf(HasSubstr("8 threads for rank 0 on a, which may use only 2 cores"),
                                HasSubstr("OMP_NUM_THREADS"), Not(HasSubstr("mpirun")))));
}

TEST(ThreadWarnings, CountTheThreadsOfRanksThatShareCores) {
  EXPECT_THAT(thread_warnings({{"a", "11", false, 2}, {"a", "11", false, 2}}),
              ElementsAre(HasSubstr("2 ranks on a have 4 threads for 2 cores")));
}

TEST(ThreadWarnings, NameRanksOfDifferentNumbers) {
  EXPECT_THAT(thread_warnings({{"a", "1111", false, 1}, {"a", "1111", false, 1}, {"b", "1111", false, 4}}),
              ElementsAre(AllOf(HasSubstr("1 thread for rank 0 on a but 4 threads for rank 2 on b"),
                                HasSubstr("mpirun -x OMP_NUM_THREADS"))));
}

}  // namespace
}  // namespace pinpoint::parallel
