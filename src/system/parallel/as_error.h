/// \file
/// One form for all errors.
#pragma once

#include <exception>

#include "system/base/check.h"

namespace pinpoint::parallel {

/// The message and status with which an exception ends the program. Exceptions of other libraries and exhausted memory
/// are failures.
Error as_error(const std::exception& exception);

}  // namespace pinpoint::parallel
