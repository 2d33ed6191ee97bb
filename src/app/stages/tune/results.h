/// \file
/// Logs the result of a tuning.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "study/results/checkpoint.h"

namespace pinpoint::stages {

/// \param end why tuning has ended \param folder of the checkpoints \param history all steps; not empty
void log_tuning(std::string_view end, const std::filesystem::path& folder,
                const std::vector<results::TuneStep>& history);

}  // namespace pinpoint::stages
