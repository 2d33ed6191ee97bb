/// \file
/// Chooses the device of a rank.
#pragma once

#include <c10/core/Device.h>

#include "system/parallel/communicator.h"
#include "system/parallel/options.h"

namespace pinpoint::parallel {

/// The device that this rank computes on. The ranks of a machine take its GPUs in turn. Collective.
/// \throws UserError if CUDA is required but not available
c10::Device choose_device(const Options& options, const Communicator& world);

}  // namespace pinpoint::parallel
