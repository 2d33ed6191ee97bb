/// \file
/// Prints every skipped test case by name, with the reason; scripts/test.sh lists these lines at its end.
#pragma once

#include <gtest/gtest.h>

#include <iostream>
#include <string>

namespace pinpoint::test {

class SkippedCases : public testing::EmptyTestEventListener {
 public:
  void OnTestPartResult(const testing::TestPartResult& part) override {
    if (part.skipped()) reason_ = part.message();
  }
  void OnTestEnd(const testing::TestInfo& test) override {
    if (test.result()->Skipped())
      std::cout << "skipped: " << test.test_suite_name() << '.' << test.name() << ": " << reason_ << '\n';
  }

 private:
  std::string reason_;
};

}  // namespace pinpoint::test
