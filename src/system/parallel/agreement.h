/// \file
/// Turns an error on one rank into an error on all.
#pragma once

#include <functional>

#include "system/parallel/communicator.h"

namespace pinpoint::parallel {

/// Runs `part` on every rank. Collective, but `part` itself calls no collectives. If it throws on some ranks, all ranks
/// throw the error of the lowest of them. So no rank waits in a collective that other ranks never call.
void together(const Communicator& ranks, const std::function<void()>& part);

}  // namespace pinpoint::parallel
