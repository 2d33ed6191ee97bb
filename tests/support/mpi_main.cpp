/// \file
/// Runs a test program on every rank. All ranks end with the same status, 77 if every test was skipped.

#include <gtest/gtest.h>

#include <iostream>

#include "support/skipped_cases.h"
#include "system/parallel/collectives.h"
#include "system/parallel/communicator.h"
#include "system/parallel/mpi_session.h"

namespace {

/// Ranks other than 0 print only their failures.
class FailurePrinter : public testing::EmptyTestEventListener {
 public:
  explicit FailurePrinter(int rank) : rank_(rank) {}
  void OnTestPartResult(const testing::TestPartResult& part) override {
    if (part.failed())
      std::cerr << "rank " << rank_ << ": " << part.file_name() << ":" << part.line_number() << ": " << part.summary()
                << '\n';
  }

 private:
  int rank_;
};

}  // namespace

int main(int argc, char** argv) {
  const pinpoint::parallel::MpiSession mpi(argc, argv);
  testing::InitGoogleTest(&argc, argv);
  const auto world = pinpoint::parallel::Communicator::world();
  auto& listeners = testing::UnitTest::GetInstance()->listeners();
  if (world.is_root()) {
    listeners.Append(new pinpoint::test::SkippedCases);
  } else {
    delete listeners.Release(listeners.default_result_printer());
    listeners.Append(new FailurePrinter(world.rank()));
  }
  const int failed = RUN_ALL_TESTS();
  if (pinpoint::parallel::maximum(world, failed) != 0) return 1;
  const auto& result = *testing::UnitTest::GetInstance();
  return result.skipped_test_count() == result.test_to_run_count() ? 77 : 0;
}
