/// \file
/// When the loss has converged.
#pragma once

#include <span>

#include "study/tuning/options.h"

namespace pinpoint::tuning {

/// By the rule of `Converge`: the steps are cut into windows, one after the other, from the first step on; an
/// unfinished one does not count yet. A function of the losses alone, so that a restart comes to the same answer.
bool has_converged(const Converge& rule, std::span<const double> losses);

}  // namespace pinpoint::tuning
