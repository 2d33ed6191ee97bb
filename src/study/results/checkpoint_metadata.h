/// \file
/// What a checkpoint of either kind holds beside heads and values: provenance, identity, counters and the history.
#pragma once

#include <string_view>

#include "study/results/checkpoint.h"
#include "system/hdf5/h5_file.h"

namespace pinpoint::results {

/// \param schema "checkpoint" or "full_checkpoint"
void write_metadata(hdf5::H5File& file, std::string_view schema, const Checkpoint& checkpoint);

/// Everything except heads and values. `moments.step` is set.
/// \throws UserError when the file is of another kind, or its parts do not belong together
Checkpoint read_metadata(const hdf5::H5File& file, std::string_view schema);

}  // namespace pinpoint::results
