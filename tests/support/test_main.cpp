/// \file
/// Runs a test program without MPI: prints failures, and the skipped cases. The status is 77 if every case was skipped.
#include <gtest/gtest.h>

#include "support/skipped_cases.h"

int main(int argc, char** argv) {
  testing::GTEST_FLAG(brief) = true;  // --gtest_brief=0 prints every case
  testing::InitGoogleTest(&argc, argv);
  auto& tests = *testing::UnitTest::GetInstance();
  tests.listeners().Append(new pinpoint::test::SkippedCases);
  const int failed = RUN_ALL_TESTS();
  if (failed != 0) return 1;
  return tests.skipped_test_count() == tests.test_to_run_count() ? 77 : 0;
}
