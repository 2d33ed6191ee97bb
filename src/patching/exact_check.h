/// \file
/// Whether the sweep's rows agree with the literal hooks, and how far they differ (method: sections 2 and 3).
#pragma once

#include "patching/arithmetic.h"
#include "patching/options.h"
#include "patching/sweep_record.h"

namespace pinpoint::patching {

/// `check` with its deviation from the sweep's row. row, unpatched: values [R + 1] of that row and of its null row.
ExactCheck compared(ExactCheck check, const float* row, const float* unpatched);

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
  ExactCheck worst;
  double deviation = 0;
  double tolerance = 0;
  bool passed() const { return deviation <= tolerance; }
};

/// \pre the record holds at least one check
CheckVerdict judge_checks(const SweepRecord& record, Arithmetic arithmetic);

/// What rows and literal passes differ by in one metric's effect, over the checks; all NaN without any.
struct Noise {
  double median = 0, upper_decile = 0, largest = 0;  ///< of the absolute differences; upper_decile: 90 % lie below
  double root_mean_square = 0;
  bool operator==(const Noise&) const = default;
};
Noise noise(const SweepRecord& record, Metric metric);

}  // namespace pinpoint::patching
