/// \file
/// Whether the loss has converged (docs/method.md, 5.7).
#pragma once

#include <span>

#include "study/tuning/options.h"

namespace pinpoint::tuning {

/// Applies the rule of `Converge`. The steps are cut into windows from the first step on; an unfinished window does not
/// count. The result depends on the losses only, so that a restart gives the same answer.
bool has_converged(const Converge& rule, std::span<const double> losses);

}  // namespace pinpoint::tuning
