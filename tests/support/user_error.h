/// \file
/// The message of a UserError.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "system/base/check.h"

namespace pinpoint::test {

/// The message of the UserError (exit status 2) that `action` throws. The test fails if it throws none.
template <class Action>
std::string user_error(Action action) {
  try {
    action();
  } catch (const UserError& error) {
    EXPECT_EQ(error.status(), ExitStatus::user_error);
    return error.what();
  } catch (const std::exception& error) {
    ADD_FAILURE() << "not a UserError: " << error.what();
    return {};
  }
  ADD_FAILURE() << "no error";
  return {};
}

}  // namespace pinpoint::test
