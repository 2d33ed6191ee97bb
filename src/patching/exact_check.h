/// \file
/// Whether the sweep's rows agree with the literal hooks (method: section 2, exact_check).
#pragma once

#include "model/options.h"
#include "patching/sweep_record.h"

namespace pinpoint::patching {

struct CheckVerdict {
  ExactCheck worst;      ///< the largest deviation
  double tolerance = 0;  ///< float32: max(1e-4, 1e-5 * largest |logit|); bf16: max(2e-3, 4 * noise floor)
  bool passed() const { return worst.deviation <= tolerance; }
};

/// \pre the record holds at least one check
CheckVerdict judge_checks(const SweepRecord& record, model::DType dtype, double noise_floor);

}  // namespace pinpoint::patching
