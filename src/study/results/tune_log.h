/// \file
/// OUT/tune.jsonl: one line per step, {"step": n, ..} with the numbers of tune_step.h.
#pragma once

#include <filesystem>
#include <vector>

#include "study/results/tune_step.h"

namespace pinpoint::results {

/// Writes the file anew. A resumed run calls this with the history of its checkpoint, so that the file has every step
/// once, without the steps that a kill lost.
/// \throws UserError when the file cannot be written or the disk is full
void write_tune_log(const std::filesystem::path& file, const std::vector<TuneStep>& history);

/// Whether `file` is the log of this tuning: its lines are those of `history`, and any further ones are steps that a
/// kill lost. A last line without its end does not count. True if the file does not exist or is empty. With an empty
/// history, no line can be recognised. \throws UserError if the file cannot be read
bool is_tune_log_of(const std::filesystem::path& file, const std::vector<TuneStep>& history);

/// Adds a line. \throws UserError as write_tune_log
void append_to_tune_log(const std::filesystem::path& file, const TuneStep& step);

}  // namespace pinpoint::results
