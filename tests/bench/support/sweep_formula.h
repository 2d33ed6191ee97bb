/// \file
/// What a sweep costs by the formula of docs/patching.md, "Operations".
#pragma once

#include "bench/support/workload.h"

namespace pinpoint::bench {

/// Floating-point operations of the whole sweep: passes, rows, joins and unembedding of the rows. What is counted apart
/// (null rows, pass A's logits, attention scores, padding) is no part of it.
double sweep_operations(const SweepShape& shape);

/// The same of the literal procedure: a whole forward pass of the reference per sample and head.
double literal_operations(const SweepShape& shape);

}  // namespace pinpoint::bench
