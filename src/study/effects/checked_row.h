/// \file
/// The recorded values that an exact check is compared with.
#pragma once

#include <vector>

#include "study/effects/sweep_record.h"

namespace pinpoint::effects {

/// The record's values for a check's row and its null row: the record tokens' logits, then the logsumexp.
class CheckedRow {
 public:
  /// \pre the record contains the check's sample
  CheckedRow(const SweepRecord& record, const ExactCheck& check);

  const std::vector<float>& row() const { return row_; }              ///< [R + 1]
  const std::vector<float>& unpatched() const { return unpatched_; }  ///< [R + 1]

 private:
  std::vector<float> row_, unpatched_;
};

}  // namespace pinpoint::effects
