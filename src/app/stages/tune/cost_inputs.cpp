#include "app/stages/tune/cost_inputs.h"

#include <algorithm>
#include <set>
#include <utility>

namespace pinpoint::stages {

planning::TuneWork tune_work(const tuning::TuneOptions& options) {
  planning::TuneWork work;
  work.method = options.method == tuning::Method::spt ? planning::TuneMethod::slices : planning::TuneMethod::everything;
  work.train_kv = options.train_kv;
  work.train_bias = options.train_bias;
  work.batch = options.batch;
  work.micro_batch = options.micro_batch;
  return work;
}

void count_heads(planning::TuneWork& work, const std::vector<HeadId>& heads, const transformer::ModelConfig& model) {
  std::set<std::pair<std::int64_t, std::int64_t>> groups;
  work.heads = std::ssize(heads);
  work.lowest_layer = model.layers;
  for (const HeadId& head : heads) {
    groups.emplace(head.layer, head.head / (model.heads / model.kv_heads));
    work.lowest_layer = std::min<std::int64_t>(work.lowest_layer, head.layer);
  }
  work.groups = std::ssize(groups);
}

}  // namespace pinpoint::stages
