#include "app/report/sweep_tables.h"

#include <ATen/TensorOperators.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "app/report/heat_map.h"
#include "study/effects/statistics.h"
#include "system/base/log.h"
#include "system/base/terminal.h"

namespace pinpoint::report {
namespace {

/// The sweep warns if both record tokens together have less probability than this (docs/method.md, 3.1).
constexpr double least_probability = 0.01;
/// The sweep warns if the noise of the mean effects exceeds this share of their spread (docs/method.md, 3.6).
constexpr double most_noise = 0.1;
constexpr std::size_t heads_shown = 8;
constexpr std::int64_t most_k_shown = 8;

/// How much rounding changes an effect, and how much the effects of the heads differ.
void show_noise(const effects::SweepRecord& record, const effects::MetricEffects& effects, std::string_view metric) {
  if (record.exact_checks.empty()) return log_info("noise: not measured (sweep.exact_check: 0)");
  const effects::Noise& noise = effects.noise;
  const double spread = effects::spread(effects.effect);
  const double of_mean = noise.root_mean_square / std::sqrt(static_cast<double>(record.samples.size()));
  log_info("noise of a head's {} in one sample, by {} exact checks: median {:.2g}, 90 % {:.2g}, largest {:.2g}", metric,
           record.exact_checks.size(), noise.median, noise.upper_decile, noise.largest);
  log_info("noise of its mean over {} samples {:.2g}; the heads' effects spread by {:.2g}", record.samples.size(),
           of_mean, spread);
  if (of_mean > most_noise * spread)
    log_warning(
        "the noise of the mean effects is {:.0f} % of their spread over the heads: a ranking by them is partly "
        "chance; use sweep.arithmetic: auto, or more samples",
        100 * of_mean / spread);
}

void warn_of_improbable_tokens(const effects::SweepRecord& record) {
  const at::Tensor probability =
      (record.default_logits - record.default_logsumexp.unsqueeze(1)).exp().sum(1).mean();  // of both tokens
  if (probability.item<double>() < least_probability)
    log_warning(
        "the record tokens together have {:.2g} % of the probability of the reply's first token: the effects "
        "describe something other than the choice between them",
        100 * probability.item<double>());
}

void show_heat_map(const effects::MetricEffects& effects, std::int64_t heads, std::string_view metric) {
  log_info("effect of every head by {}:", metric);
  for (const std::string& line : heat_map(effects.effect, heads, shows_colour() ? Ink::coloured : Ink::plain))
    log_info("{}", line);
}

void show_top_heads(const effects::MetricEffects& effects, std::int64_t heads, std::string_view metric) {
  log_info("strongest heads by {} (effect, 95 % interval over the samples):", metric);
  for (std::size_t i = 0; i < std::min(heads_shown, effects.ranking.size()); ++i) {
    const HeadId head = effects.ranking[i];
    const auto at = static_cast<std::size_t>(head.layer * heads + head.head);
    log_info("  layer {:>2} head {:>2}  {:+10.4f}  [{:+.4f}, {:+.4f}]", head.layer, head.head, effects.effect[at],
             effects.low[at], effects.high[at]);
  }
}

/// How similar the rankings of two halves of the samples are, and the effect of the top k without selection bias.
void show_stability(const effects::Effects& effects, const effects::Stability& stability) {
  log_info("split halves: rank correlation {:.3f}", stability.split_half_rank_correlation);
  for (std::size_t i = 0; i < effects.top_k.size() && effects.top_k[i] <= most_k_shown; ++i)
    log_info("  top {}: overlap {:.2f}; mean effect {:+.4f}, cross-fitted {:+.4f}", effects.top_k[i],
             stability.top_k_overlap[i], stability.top_k_effect[i], stability.top_k_effect_cross_fitted[i]);
}

}  // namespace

void log_sweep(const effects::SweepRecord& record, const effects::Effects& effects, effects::Metric metric) {
  const effects::MetricEffects& ranked = effects.by_metric.at(metric);
  const std::string_view name = name_of(metric);
  show_noise(record, ranked, name);
  log_info("logit_share is meaningless for {:.0f} % of the samples", 100 * effects.invalid_share);
  warn_of_improbable_tokens(record);
  show_heat_map(ranked, effects.heads, name);
  show_top_heads(ranked, effects.heads, name);
  show_stability(effects, ranked.stability);
}

}  // namespace pinpoint::report
