/// \file
/// What a tuning came to, as a line of the log.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "study/results/checkpoint.h"

namespace pinpoint::stages {

/// \param end why no step is left \param folder of the checkpoints \param history all steps; not empty
void log_tuning(std::string_view end, const std::filesystem::path& folder,
                const std::vector<results::TuneStep>& history);

}  // namespace pinpoint::stages
