/// \file
/// An error of one rank as an error of all.
#pragma once

#include <functional>

#include "system/parallel/communicator.h"

namespace pinpoint::parallel {

/// Runs `part`, which calls no collectives, on every rank; collective. Where it throws on some, all throw the error of
/// the lowest of them, so that no rank goes on to a collective that the others will not call.
void together(const Communicator& ranks, const std::function<void()>& part);

}  // namespace pinpoint::parallel
