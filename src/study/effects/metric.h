/// \file
/// The metrics: how the recorded numbers of one row become one number, and what a head's effect on it is (method:
/// section 3). All arithmetic is float64.
#pragma once

#include <array>
#include <string_view>

namespace pinpoint::effects {

/// How the record tokens' logits become one number (method: section 3).
enum class Metric { logit_diff, logprob, prob, prob_share, logit_share };
inline constexpr std::array all_metrics{Metric::logit_diff, Metric::logprob, Metric::prob, Metric::prob_share,
                                        Metric::logit_share};

/// The metric's name in configuration and files: "logit_diff", ...
std::string_view name_of(Metric metric);

/// What is recorded of one row, as far as metrics use it.
struct RecordedRow {
  double apology = 0;    ///< logit `a` of the first record token
  double confirm = 0;    ///< logit `y` of the second
  double logsumexp = 0;  ///< over the vocabulary
};

/// logit_diff a - y · logprob a - lse · prob exp(a - lse) · prob_share softmax over {a, y} at a · logit_share a/(a +
/// y).
double metric_value(Metric metric, const RecordedRow& row);

/// logit_diff, logprob: patched - default. The others: (patched - default)/default * 100, percent.
/// Exactly 0 where both rows have the same value, a value of 0 included.
double metric_effect(Metric metric, const RecordedRow& patched, const RecordedRow& unpatched);

}  // namespace pinpoint::effects
