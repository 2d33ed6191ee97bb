/// \file
/// OUT/tune.jsonl: a line a step, {"step", "loss", "lr", "grad_norm", "tokens", "targets", "seconds"}.
#pragma once

#include <filesystem>
#include <vector>

#include "study/results/checkpoint_file.h"

namespace pinpoint::results {

/// Every step stands in the file once, also after a kill: whoever goes on from a checkpoint writes the file anew from
/// the checkpoint's history, without the steps that were lost.
/// \throws UserError when the place cannot be written to or is full
void write_tune_log(const std::filesystem::path& file, const std::vector<TuneStep>& history);

/// Adds a line. \throws UserError likewise
void append_to_tune_log(const std::filesystem::path& file, const TuneStep& step);

}  // namespace pinpoint::results
