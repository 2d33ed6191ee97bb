/// \file
/// The raw record of a sweep in an HDF5 file, as in effects.h5 and in the parts of a running sweep.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "study/effects/sweep_record.h"
#include "system/hdf5/h5_file.h"

namespace pinpoint::results {

/// A token whose logit is recorded, and its name on the axis `record_token`.
struct RecordToken {
  std::string name;  ///< "apology", "confirm"
  std::int64_t id = 0;
  bool operator==(const RecordToken&) const = default;
};

/// Writes the scales sample, layer, head and record_token, and the data sets over them, but not `record.samples`, whose
/// meaning depends on the file. \pre record.ids has exactly the samples of the record
void write_record(hdf5::H5File& file, const effects::SweepRecord& record,
                  const std::vector<RecordToken>& record_tokens);

/// Reads it again; `samples` stays empty. \throws UserError when something is missing or the shapes disagree
effects::SweepRecord read_record(const hdf5::H5File& file);

/// 0, 1, .., size-1: the scale of an axis whose places have no other names.
std::vector<std::int32_t> counted(std::int64_t size);

}  // namespace pinpoint::results
