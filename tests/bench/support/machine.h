/// \file
/// Where a benchmark runs: a ratio is only worth something beside it.
#pragma once

#include <string>

namespace pinpoint::bench {

struct Machine {
  std::string date;          ///< "2024-05-01 12:00 UTC"
  std::string processor;     ///< "Intel(R) Xeon(R) ..., 2 cores"
  std::string matrix_units;  ///< those of its flags that matrix products use: "avx512f amx_bf16"
  std::string libraries;     ///< pinpoint, LibTorch, BLAS with its kernel
  double load_before = 0;    ///< processes that ran on average in the minute before
};

Machine this_machine();

}  // namespace pinpoint::bench
