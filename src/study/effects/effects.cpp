#include "study/effects/effects.h"

#include <utility>

#include "study/effects/ranking.h"
#include "study/effects/sample_effects.h"
#include "study/effects/statistics.h"
#include "system/base/random.h"

namespace pinpoint::effects {

Effects compute_effects(const SweepRecord& record, std::int64_t bootstrap, std::uint64_t seed) {
  Effects result;
  result.layers = record.patched_logsumexp.size(1);
  result.heads = record.patched_logsumexp.size(2);
  result.bootstrap = bootstrap;
  result.invalid_share = invalid_share(record);
  result.top_k = powers_to_half(result.layers * result.heads);

  const std::int64_t samples = record.patched_logsumexp.size(0);
  const Resamples resamples(bootstrap, samples, Random(seed, "bootstrap"));
  const std::vector<Split> splits = random_splits(samples, split_count, Random(seed, "split halves"));
  for (const Metric metric : all_metrics) {
    const SampleEffects effects = sample_effects(record, metric);
    std::vector<double> means = mean(effects);
    auto [low, high] = bootstrap_intervals(effects, resamples);
    std::vector<HeadId> ranking = rank_heads(means, result.heads);
    result.by_metric[metric] = {std::move(means),     standard_error(effects), std::move(low),
                                std::move(high),      std::move(ranking),      stability(effects, result.top_k, splits),
                                noise(record, metric)};
  }
  return result;
}

}  // namespace pinpoint::effects
