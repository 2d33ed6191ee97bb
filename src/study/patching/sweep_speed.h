/// \file
/// The speed of this machine in a sweep, measured before the sweep.
#pragma once

#include "model/transformer/transformer.h"
#include "study/patching/arithmetic.h"
#include "study/patching/tiling.h"

namespace pinpoint::patching {

/// Operations per second of this rank, from tiles of rows that go through layer 0 for 0.2 seconds. Collective over the
/// ranks that share the weights.
double measure_rate(const transformer::Transformer& transformer, const Tiling& tiling, Arithmetic arithmetic);

}  // namespace pinpoint::patching
