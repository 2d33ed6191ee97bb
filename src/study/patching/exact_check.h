/// \file
/// Compares the sweep's rows with the literal passes (docs/method.md, 2.6).
#pragma once

#include <cstdint>
#include <vector>

#include "model/transformer/model_config.h"
#include "study/effects/sweep_record.h"
#include "study/patching/arithmetic.h"

namespace pinpoint::patching {

/// `count` random (sample, layer, head), or all if there are fewer, in ascending order. Deviations are 0.
std::vector<effects::ExactCheck> choose_checks(std::uint64_t seed, std::int64_t count, std::int64_t samples,
                                               const transformer::ModelConfig& config);

/// `check` with its deviation from the sweep's row. row, unpatched: values [R + 1] of the row and of its null row.
effects::ExactCheck compared(effects::ExactCheck check, const float* row, const float* unpatched);

/// The scale for rounding errors: the largest |logit| of a record, and the root mean square of the changes
/// (patched - default) over all its rows.
struct RecordScale {
  double largest = 0;
  double change = 0;
};

/// How far a row's change of a value may differ from the literal change, `effect`: in float32 max(1e-4, 1e-5 largest);
/// in difference and two_parts that or 2 % of (|effect| + change) plus 2^-13 largest, whichever is larger; in bf16 2^-6
/// largest. `change` counts, because a small change may be the sum of large ones that cancel.
double check_tolerance(Arithmetic arithmetic, const RecordScale& scale, double effect);

/// The checked value with the largest ratio of deviation to tolerance.
struct CheckVerdict {
  effects::ExactCheck worst;
  double deviation = 0;
  double tolerance = 0;
  bool passed() const { return deviation <= tolerance; }
};

/// \pre the record holds at least one check
CheckVerdict judge_checks(const effects::SweepRecord& record, Arithmetic arithmetic);

}  // namespace pinpoint::patching
