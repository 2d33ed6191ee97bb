/// \file
/// The cost of a sweep by the formula of docs/method.md, 10.1.
#pragma once

#include "bench/support/workload.h"

namespace pinpoint::bench {

/// Floating-point operations of the whole sweep: passes, rows, joins and unembedding of the rows. It leaves out null
/// rows, pass A's logits, attention scores and padding, which are counted separately.
double sweep_operations(const SweepShape& shape);

/// Of the literal procedure: a whole forward pass of the reference per sample and head.
double literal_operations(const SweepShape& shape);

}  // namespace pinpoint::bench
