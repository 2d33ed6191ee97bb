/// \file
/// Joins records, and selects parts of one.
#pragma once

#include <span>

#include "study/effects/sweep_record.h"

namespace pinpoint::effects {

/// All samples of all records in the given order, with repetitions. \pre at least one record; all of one model
SweepRecord concatenate(std::span<const SweepRecord> records);

/// All samples and exact checks in ascending order. A sample in several records is taken, with its exact checks, from
/// the last of them. \pre at least one record; all of one model
SweepRecord merge(std::span<const SweepRecord> records);

/// The samples at `places` of the record, in that order, with their exact checks. \param places of distinct samples
SweepRecord select(const SweepRecord& record, const std::vector<std::int64_t>& places);

}  // namespace pinpoint::effects
