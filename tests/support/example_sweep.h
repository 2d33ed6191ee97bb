/// \file
/// A sweep's results, made up: for whatever reads and writes them.
#pragma once

#include <cstdint>

#include "io/effects_file.h"
#include "io/sweep_parts.h"
#include "patching/sweep_record.h"

namespace pinpoint::test {

/// Random numbers of the size of a model's: logits around 5, pass A within 1e-5 of the default; two record tokens.
/// Samples 0 .. n-1, named "pair-0", ..
patching::SweepRecord example_record(std::int64_t samples, std::int64_t layers, std::int64_t heads);

io::SweepIdentity example_identity();
io::Provenance example_provenance();

/// A part with the samples at `places` of `record`.
io::SweepPart example_part(const patching::SweepRecord& record, const std::vector<std::int64_t>& places);

/// A file of 6 pairs on 3 layers of 4 heads, two of them exactly checked, of which the first `finished` are there.
io::EffectsFile example_effects(std::int64_t finished = 6);

}  // namespace pinpoint::test
