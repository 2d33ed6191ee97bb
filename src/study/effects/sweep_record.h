/// \file
/// The recorded values of a sweep (docs/method.md, 3.1).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

namespace pinpoint::effects {

/// One (sample, head) recomputed by a literal pass. Values are the record tokens' logits and the logsumexp, R + 1.
struct ExactCheck {
  std::int64_t sample = 0;  ///< index in the pairs
  std::int64_t layer = 0;
  std::int64_t head = 0;
  /// The largest difference between the sweep's row and the literal pass in a value's change (patched - default).
  float deviation = 0;
  std::vector<float> literal = {};          ///< values of the literal pass
  std::vector<float> literal_default = {};  ///< of the unpatched reference, in the same precision
  /// The order of checks.
  auto place() const { return std::tuple(sample, layer, head); }
  bool operator==(const ExactCheck&) const = default;
};

/// Values of n samples and R record tokens. All tensors are float32, contiguous, on the CPU.
struct SweepRecord {
  std::vector<std::int64_t> samples;                                  ///< [n] indices in the pairs, ascending
  std::vector<std::string> ids;                                       ///< [n]
  std::vector<std::int32_t> reference_length, counterfactual_length;  ///< [n] tokens
  at::Tensor default_logits;                                          ///< [n, R] of the null row
  at::Tensor default_logsumexp;                                       ///< [n] over the vocabulary
  at::Tensor pass_a_logits;                                           ///< [n, R]
  at::Tensor pass_a_logsumexp;                                        ///< [n]
  at::Tensor patched_logits;                                          ///< [n, L, H, R]
  at::Tensor patched_logsumexp;                                       ///< [n, L, H]
  std::vector<ExactCheck> exact_checks;
};

}  // namespace pinpoint::effects
