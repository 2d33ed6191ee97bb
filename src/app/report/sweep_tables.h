/// \file
/// Logs what a sweep found.
#pragma once

#include "study/effects/effects.h"
#include "study/effects/metric.h"
#include "study/effects/sweep_record.h"

namespace pinpoint::report {

/// Logs noise and spread of the effects by `metric`, the heat map, the strongest heads, and how stable their ranking
/// is. Warns if the numbers should not be trusted.
void log_sweep(const effects::SweepRecord& record, const effects::Effects& effects, effects::Metric metric);

}  // namespace pinpoint::report
