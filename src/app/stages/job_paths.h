/// \file
/// The files that a command reads and writes, by its configuration.
#pragma once

#include <filesystem>
#include <string_view>

#include "app/config/config.h"

namespace pinpoint::stages {

/// Call it before the output directory is touched. \param command "sweep", "tune" or "data pairs" \param config_file
/// its CONFIG
/// \throws UserError if the command would write over, rename or remove one of its inputs
void require_outputs_apart(const config::Config& config, std::string_view command,
                           const std::filesystem::path& config_file);

}  // namespace pinpoint::stages
