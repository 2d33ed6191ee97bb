/// \file
/// The metrics: the value of a row, and the effect of a head (docs/method.md, 3.2). All arithmetic is float64.
#pragma once

#include <array>
#include <string_view>

namespace pinpoint::effects {

enum class Metric { logit_diff, logprob, prob, prob_share, logit_share };
inline constexpr std::array all_metrics{Metric::logit_diff, Metric::logprob, Metric::prob, Metric::prob_share,
                                        Metric::logit_share};

/// The metric's name in configuration and files: "logit_diff", ...
std::string_view name_of(Metric metric);

/// The recorded values of a row that metrics use.
struct RecordedRow {
  double apology = 0;    ///< logit `a` of the first record token
  double confirm = 0;    ///< logit `y` of the second
  double logsumexp = 0;  ///< over the vocabulary
};

/// logit_diff a - y · logprob a - lse · prob exp(a - lse) · prob_share softmax over {a, y} at a · logit_share a/(a +
/// y).
double metric_value(Metric metric, const RecordedRow& row);

/// logit_diff, logprob: patched - default. The others: (patched - default)/default * 100, percent.
/// Exactly 0 if both rows have the same value, also if that is 0.
double metric_effect(Metric metric, const RecordedRow& patched, const RecordedRow& unpatched);

}  // namespace pinpoint::effects
