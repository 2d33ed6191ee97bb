/// \file
/// The machine on which a benchmark runs. A ratio means little without it.
#pragma once

#include <string>

namespace pinpoint::bench {

struct Machine {
  std::string date;          ///< "2024-05-01 12:00 UTC"
  std::string processor;     ///< "Intel(R) Xeon(R) ..., 2 cores"
  std::string matrix_units;  ///< its flags that matter for matrix products: "avx512f amx_bf16"
  std::string libraries;     ///< pinpoint, LibTorch, BLAS with its kernel
  double load_before = 0;    ///< average number of running processes in the minute before
};

Machine this_machine();

}  // namespace pinpoint::bench
