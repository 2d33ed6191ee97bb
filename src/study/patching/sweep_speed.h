/// \file
/// How fast this machine computes a sweep, before anything of it has been computed.
#pragma once

#include "model/transformer/transformer.h"
#include "study/patching/arithmetic.h"
#include "study/patching/sweep_plan.h"

namespace pinpoint::patching {

/// Operations a second of this rank, from tiles of rows sent through layer 0 for a moment. Collective over the ranks
/// that share the weights.
double measure_rate(const transformer::Transformer& transformer, const Tiling& tiling, Arithmetic arithmetic);

}  // namespace pinpoint::patching
