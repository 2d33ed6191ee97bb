/// \file
/// Made-up results of a sweep.
#pragma once

#include <cstdint>

#include "study/effects/sweep_record.h"
#include "study/results/effects_file.h"
#include "study/results/sweep_parts.h"

namespace pinpoint::test {

/// Random numbers of realistic size: logits around 5, pass A within 1e-5 of the default; two record tokens.
/// Samples 0 .. n-1, named "pair-0", ..
effects::SweepRecord example_record(std::int64_t samples, std::int64_t layers, std::int64_t heads);

results::SweepIdentity example_identity();
hdf5::Provenance example_provenance();

/// A part with the samples of `record` at the indices `places`.
results::SweepPart example_part(const effects::SweepRecord& record, const std::vector<std::int64_t>& places);

/// A file of 6 pairs on 3 layers of 4 heads, with two exact checks. Only the first `finished` pairs are finished.
results::EffectsFile example_effects(std::int64_t finished = 6);

}  // namespace pinpoint::test
