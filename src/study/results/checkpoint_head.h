/// \file
/// What the files of all tunings have beside the values: where they come from, what a restart compares, every step.
#pragma once

#include <string_view>

#include "study/results/checkpoint.h"
#include "system/hdf5/h5_file.h"

namespace pinpoint::results {

/// \param schema "checkpoint" or "full_checkpoint"
void write_head(hdf5::H5File& file, std::string_view schema, const Checkpoint& checkpoint);

/// All but heads and values; `moments` has its step.
/// \throws UserError when the file is of another kind, or what it holds does not belong together
Checkpoint read_head(const hdf5::H5File& file, std::string_view schema);

}  // namespace pinpoint::results
