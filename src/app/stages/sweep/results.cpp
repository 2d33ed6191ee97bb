#include "app/stages/sweep/results.h"

#include <algorithm>

#include "app/report/sweep_tables.h"
#include "study/effects/effects.h"
#include "study/patching/exact_check.h"
#include "study/results/effects_file.h"
#include "study/results/file_names.h"
#include "study/results/heads_file.h"
#include "system/base/log.h"

namespace pinpoint::stages {
namespace {

/// Above this share of meaningless samples, ranking by logit_share is refused (docs/method.md, 3.2).
constexpr double most_invalid = 0.05;

/// The worst check of the verdict, as the end of a sentence.
std::string describe(const patching::CheckVerdict& verdict) {
  const effects::ExactCheck& worst = verdict.worst;
  return fmt::format(
      "sample {}, layer {}, head {}: the sweep's row and the literal hooks differ by {:.2e}, more than {:.2e}",
      worst.sample, worst.layer, worst.head, verdict.deviation, verdict.tolerance);
}

/// Whether the rows agree with the literal passes. \throws Failure if they do not and a complete sweep is wanted
bool is_exact(const Job& job, const SweepInputs& inputs, const effects::SweepRecord& record,
              Completeness completeness) {
  if (record.exact_checks.empty()) return true;
  const patching::CheckVerdict verdict = patching::judge_checks(record, inputs.arithmetic);
  if (verdict.passed()) {
    log_info("exact_check: {} heads recomputed by the literal hooks, largest deviation {:.2e} (allowed {:.2e})",
             record.exact_checks.size(), verdict.deviation, verdict.tolerance);
    return true;
  }
  if (completeness == Completeness::complete)
    throw Failure(
        fmt::format("exact_check: {}; the blocks are kept in {}, `pinpoint sweep --partial` writes them into "
                    "effects.h5 as they are",
                    describe(verdict), (job.config().output / results::sweep_parts_folder).string()));
  log_warning("exact_check: {}; effects.h5 is written anyway (--partial), heads.json is not", describe(verdict));
  return false;
}

void write_heads(const Job& job, const effects::Effects& effects) {
  const patching::SweepOptions& sweep = job.config().sweep;
  validate(sweep.metric != effects::Metric::logit_share || effects.invalid_share <= most_invalid || sweep.force_metric,
           "sweep.metric: logit_share is meaningless for {:.0f} % of the samples (a logit at or below 0); rank by "
           "logit_diff, or set sweep.force_metric: true",
           100 * effects.invalid_share);
  const std::filesystem::path file = job.config().output / results::heads_file;
  const effects::MetricEffects& ranked = effects.by_metric.at(sweep.metric);
  const auto negative = std::ranges::count_if(ranked.effect, [](double effect) { return effect < 0; });
  if (std::ranges::all_of(ranked.effect, [](double effect) { return effect == 0; }))
    log_warning(
        "every head's effect is exactly 0, so the ranking means nothing: the prompts of each pair are the same, or the "
        "activations overflowed in a norm, which then returns 0");
  if (negative < job.config().select.count)
    log_warning(
        "select.count: {} heads requested, but only {} lower the apology (a negative effect); the others in {} raise "
        "it or have no effect",
        job.config().select.count, negative, file.filename().string());
  job.directory().write(results::heads_file,
                        results::to_json(results::top_heads(ranked, effects.heads, job.config().select.count)));
  log_info("wrote {} and {}", (job.config().output / results::effects_file).string(), file.string());
}

}  // namespace

void write_sweep_results(const Job& job, const SweepInputs& inputs, const effects::SweepRecord& record,
                         const std::string& model_sha256, Completeness wanted) {
  const config::Config& config = job.config();
  results::EffectsFile file{.provenance = job.provenance(),
                            .asked = inputs.asked(),
                            .record_tokens = inputs.record_tokens,
                            .arithmetic = std::string(name_of(inputs.arithmetic)),
                            .record = record,
                            .effects = effects::compute_effects(record, config.sweep.bootstrap, config.seed)};
  file.provenance.model_sha256 = model_sha256;
  file.provenance.parents = {inputs.source};
  const bool exact = is_exact(job, inputs, record, wanted);
  const std::filesystem::path path = config.output / results::effects_file;
  if (!results::are_effects_of(path, file.provenance)) job.set_aside({results::effects_file});
  results::write_effects(path, file);

  report::log_sweep(record, file.effects, config.sweep.metric);
  if (file.complete() && exact)
    write_heads(job, file.effects);
  else
    log_info("{} holds {} of {} samples", (config.output / results::effects_file).string(), record.samples.size(),
             inputs.pairs.size());
}

}  // namespace pinpoint::stages
