/// \file
/// What a sweep found, as lines of the log.
#pragma once

#include "study/effects/effects.h"
#include "study/effects/metric.h"
#include "study/effects/sweep_record.h"

namespace pinpoint::report {

/// Noise beside the spread of the effects, the heat map, the strongest heads, and how stable their ranking is, by
/// `metric`; warnings where the numbers should not be trusted.
void log_sweep(const effects::SweepRecord& record, const effects::Effects& effects, effects::Metric metric);

}  // namespace pinpoint::report
