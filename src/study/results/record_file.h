/// \file
/// A sweep's raw record inside an HDF5 file: what effects.h5 and the parts of a running sweep have in common.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "study/effects/sweep_record.h"
#include "system/hdf5/h5_file.h"

namespace pinpoint::results {

/// A token whose logit is recorded, and what the place on the axis `record_token` is called.
struct RecordToken {
  std::string name;  ///< "apology", "confirm"
  std::int64_t id = 0;
  bool operator==(const RecordToken&) const = default;
};

/// Writes the scales sample, layer, head, record_token, and the data sets over them; `record.samples` is left out: what
/// it means is the caller's business. \pre record.ids has no id for a sample that is not there
void write_record(hdf5::H5File& file, const effects::SweepRecord& record,
                  const std::vector<RecordToken>& record_tokens);

/// The way back; `samples` stays empty. \throws UserError when something is missing or the shapes disagree
effects::SweepRecord read_record(const hdf5::H5File& file);

/// 0, 1, .., size-1: the places of an axis that has no other names.
std::vector<std::int32_t> counted(std::int64_t size);

}  // namespace pinpoint::results
