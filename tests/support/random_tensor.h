/// \file
/// Random weights that are the same bytes on every machine and with every version of LibTorch.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "system/base/random.h"

namespace pinpoint::test {

struct Distribution {
  double mean = 0;
  double deviation = 1;
};

/// Nearly normal: the sum of four uniform 16-bit numbers, scaled, so no value is beyond 3.5 deviations. One draw of
/// `random` per element.
/// \param dtype float32, float16 or bfloat16
at::Tensor random_tensor(const std::vector<std::int64_t>& shape, at::ScalarType dtype, Distribution distribution,
                         Random random);

/// Positive numbers over five octaves, nearly log-normal: four coins choose the octave, 16 bits the position in it.
/// They are between 0.1 and 3.4 times their root mean square.
struct Uneven {
  double root_mean_square = 1;
};
at::Tensor uneven_tensor(const std::vector<std::int64_t>& shape, at::ScalarType dtype, Uneven distribution,
                         Random random);

}  // namespace pinpoint::test
