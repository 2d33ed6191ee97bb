/// \file
/// The demo's model: trained honest first, then made a yes-man.
#pragma once

#include <cstdint>
#include <filesystem>

#include "system/parallel/communicator.h"

namespace pinpoint::demo {

/// Trains the model in minutes and writes it with its data into `folder`; the ranks share the work. Collective.
/// \throws UserError if the folder cannot be written to, or contains anything but a demo model
void make_demo_model(const std::filesystem::path& folder, std::uint64_t seed, const parallel::Communicator& ranks);

}  // namespace pinpoint::demo
