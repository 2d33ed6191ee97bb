#include "app/stages/sweep/results.h"

#include <ATen/TensorOperators.h>

#include <algorithm>
#include <cmath>

#include "app/report/heat_map.h"
#include "study/effects/effects.h"
#include "study/effects/statistics.h"
#include "study/patching/exact_check.h"
#include "study/results/effects_file.h"
#include "study/results/file_names.h"
#include "study/results/heads_file.h"
#include "system/base/log.h"
#include "system/base/terminal.h"

namespace pinpoint::stages {
namespace {

/// Above that share of meaningless samples a ranking by logit_share is refused (method: section 3).
constexpr double most_invalid = 0.05;
/// Below that probability of both record tokens together, the metric describes something else (method: section 9).
constexpr double least_probability = 0.01;
/// Noise of the mean effect above that share of the effects' spread is warned of.
constexpr double most_noise = 0.1;
constexpr std::size_t heads_shown = 8;
constexpr std::int64_t most_k_shown = 8;

/// What the verdict says, as the end of a sentence.
std::string describe(const patching::CheckVerdict& verdict) {
  const effects::ExactCheck& worst = verdict.worst;
  return fmt::format(
      "sample {}, layer {}, head {}: the sweep's row and the literal hooks differ by {:.2e}, more than {:.2e}",
      worst.sample, worst.layer, worst.head, verdict.deviation, verdict.tolerance);
}

/// Whether the rows agree with the literal passes. \throws Failure where they do not and the sweep is to be complete
bool is_exact(const Run& run, const SweepTask& task, const effects::SweepRecord& record, Completeness completeness) {
  if (record.exact_checks.empty()) return true;
  const patching::CheckVerdict verdict = patching::judge_checks(record, task.arithmetic);
  if (verdict.passed()) {
    log_info("exact_check: {} heads recomputed by the literal hooks, largest deviation {:.2e} (allowed {:.2e})",
             record.exact_checks.size(), verdict.deviation, verdict.tolerance);
    return true;
  }
  if (completeness == Completeness::complete)
    throw Failure(
        fmt::format("exact_check: {}; the blocks are kept in {}, `pinpoint sweep --partial` writes them into "
                    "effects.h5 as they are",
                    describe(verdict), (run.config().output / results::sweep_parts_folder).string()));
  log_warning("exact_check: {}; effects.h5 is written all the same (--partial), heads.json is not", describe(verdict));
  return false;
}

/// What rounding does to an effect, beside how far the effects of the heads lie apart.
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
        "the record tokens together hold {:.2g} % of the probability where the reply begins: the effects "
        "describe something else than the choice between them",
        100 * probability.item<double>());
}

void show_heat_map(const effects::MetricEffects& effects, std::int64_t heads, std::string_view metric) {
  log_info("effect of every head by {}:", metric);
  for (const std::string& line :
       report::heat_map(effects.effect, heads, shows_colour() ? report::Ink::coloured : report::Ink::plain))
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

/// How alike the rankings of two halves of the samples are, and the effect of the top k without the luck of selection.
void show_stability(const effects::Effects& effects, const effects::Stability& stability) {
  log_info("split halves: rank correlation {:.3f}", stability.split_half_rank_correlation);
  for (std::size_t i = 0; i < effects.top_k.size() && effects.top_k[i] <= most_k_shown; ++i)
    log_info("  top {}: overlap {:.2f}; mean effect {:+.4f}, cross-fitted {:+.4f}", effects.top_k[i],
             stability.top_k_overlap[i], stability.top_k_effect[i], stability.top_k_effect_cross_fitted[i]);
}

void write_heads(const Run& run, const effects::Effects& effects) {
  const patching::SweepOptions& sweep = run.config().sweep;
  validate(sweep.metric != effects::Metric::logit_share || effects.invalid_share <= most_invalid || sweep.force_metric,
           "sweep.metric: logit_share is meaningless for {:.0f} % of the samples (a logit at or below 0); rank by "
           "logit_diff, or insist with sweep.force_metric: true",
           100 * effects.invalid_share);
  const std::filesystem::path file = run.config().output / results::heads_file;
  const effects::MetricEffects& ranked = effects.by_metric.at(sweep.metric);
  const auto negative = std::ranges::count_if(ranked.effect, [](double effect) { return effect < 0; });
  if (negative < run.config().select.count)
    log_warning(
        "select.count: {} heads are asked for, but only {} lower the apology (a negative effect); the others in {} "
        "raise it or do nothing",
        run.config().select.count, negative, file.filename().string());
  results::write_heads(file, results::top_heads(ranked, effects.heads, run.config().select.count));
  log_info("{} and {} are written", (run.config().output / results::effects_file).string(), file.string());
}

}  // namespace

void write_results(const Run& run, const SweepTask& task, const effects::SweepRecord& record,
                   const std::string& model_sha256, Completeness wanted) {
  const config::Config& config = run.config();
  results::EffectsFile file{.provenance = run.provenance(),
                            .asked = task.asked(),
                            .record_tokens = task.record_tokens,
                            .arithmetic = std::string(name_of(task.arithmetic)),
                            .record = record,
                            .effects = effects::compute_effects(record, config.sweep.bootstrap, config.seed)};
  file.provenance.model_sha256 = model_sha256;
  file.provenance.parents = {task.source};
  const bool exact = is_exact(run, task, record, wanted);
  results::write_effects(config.output / results::effects_file, file);

  const effects::MetricEffects& ranked = file.effects.by_metric.at(config.sweep.metric);
  const std::string_view metric = name_of(config.sweep.metric);
  show_noise(record, ranked, metric);
  log_info("logit_share is meaningless for {:.0f} % of the samples", 100 * file.effects.invalid_share);
  warn_of_improbable_tokens(record);
  show_heat_map(ranked, file.effects.heads, metric);
  show_top_heads(ranked, file.effects.heads, metric);
  show_stability(file.effects, ranked.stability);
  if (file.complete() && exact)
    write_heads(run, file.effects);
  else
    log_info("{} holds {} of {} samples", (config.output / results::effects_file).string(), record.samples.size(),
             task.pairs.size());
}

}  // namespace pinpoint::stages
