/// \file
/// Whether the sweep's rows agree with the literal hooks, and how far they differ (method: sections 2 and 3).
#pragma once

#include "study/effects/sweep_record.h"
#include "study/patching/arithmetic.h"

namespace pinpoint::patching {

/// `check` with its deviation from the sweep's row. row, unpatched: values [R + 1] of that row and of its null row.
effects::ExactCheck compared(effects::ExactCheck check, const float* row, const float* unpatched);

/// What rounding is measured against: the largest |logit| of a record, and the root mean square of a value's change
/// (patched - default) over all its rows.
struct RecordScale {
  double largest = 0;
  double change = 0;
};

/// How far a row's change of a value may differ from the literal one, `effect` being the latter: float32 max(1e-4, 1e-5
/// largest); difference and two_parts that, or 2 % of (|effect| + change) plus 2^-13 largest, whichever is larger; bf16
/// 2^-6 largest. (`change`, because a value that hardly changes may be the sum of large changes that cancel.)
double check_tolerance(Arithmetic arithmetic, const RecordScale& scale, double effect);

/// The value of a check that comes nearest to its tolerance, or exceeds it most.
struct CheckVerdict {
  effects::ExactCheck worst;
  double deviation = 0;
  double tolerance = 0;
  bool passed() const { return deviation <= tolerance; }
};

/// \pre the record holds at least one check
CheckVerdict judge_checks(const effects::SweepRecord& record, Arithmetic arithmetic);

}  // namespace pinpoint::patching
