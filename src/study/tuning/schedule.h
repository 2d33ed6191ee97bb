/// \file
/// The number of steps and the learning rate of each (docs/method.md, 5.3 and 5.5).
#pragma once

#include <cstdint>

#include "study/tuning/options.h"

namespace pinpoint::tuning {

/// S: `steps`, or floor(epochs * dialogues / batch). \throws UserError when S is 0, or too large to count
std::int64_t number_of_steps(const TuneOptions& options, std::int64_t dialogues);

/// Of the `epochs * dialogues` times that dialogues are to be seen, those left out because a step takes a whole batch:
/// less than `batch`. 0 if `steps` is given.
std::int64_t visits_left_out(const TuneOptions& options, std::int64_t dialogues);

/// At step t (from 0) of S, with w = ceil(warmup_ratio * S): max_lr (t+1)/w for t < w, then a cosine from max_lr to
/// min_lr.
double learning_rate(const TuneOptions& options, std::int64_t t, std::int64_t steps);

}  // namespace pinpoint::tuning
