/// \file
/// Turns an error on one rank into an error on all.
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "system/parallel/communicator.h"

namespace pinpoint::parallel {

/// Runs `part` on every rank. Collective, but `part` itself calls no collectives. If it throws on some ranks, all ranks
/// throw the error of the lowest of them. So no rank waits in a collective that other ranks never call.
void together(const Communicator& ranks, const std::function<void()>& part);

/// Waits until all ranks call it, with `patience` at most so long. Returns whether they all did; if not, the caller
/// must end the job. Collective. For a rank that fails in a library's collective call, in which the others may wait for
/// it.
bool meet(const Communicator& ranks, std::optional<std::chrono::seconds> patience);

}  // namespace pinpoint::parallel
