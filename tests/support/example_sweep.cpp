#include "support/example_sweep.h"

#include <numeric>

#include "study/effects/record_merge.h"
#include "support/random_tensor.h"
#include "system/base/digest.h"

namespace pinpoint::test {
namespace {

at::Tensor numbers(const std::vector<std::int64_t>& shape, Distribution distribution, const char* purpose) {
  return random_tensor(shape, at::kFloat, distribution, Random(1, purpose));
}

}  // namespace

effects::SweepRecord example_record(std::int64_t samples, std::int64_t layers, std::int64_t heads) {
  effects::SweepRecord record;
  for (std::int64_t i = 0; i < samples; ++i) {
    record.samples.push_back(i);
    record.ids.push_back("pair-" + std::to_string(i));
    record.reference_length.push_back(static_cast<std::int32_t>(20 + i));
    record.counterfactual_length.push_back(static_cast<std::int32_t>(18 + i));
  }
  record.default_logits = numbers({samples, 2}, {5, 0.5}, "default");
  record.default_logsumexp = numbers({samples}, {10, 0.5}, "default logsumexp");
  record.pass_a_logits = record.default_logits.add(numbers({samples, 2}, {0, 1e-6}, "pass A"));
  record.pass_a_logsumexp = record.default_logsumexp.add(numbers({samples}, {0, 1e-6}, "pass A logsumexp"));
  record.patched_logits =
      record.default_logits.reshape({samples, 1, 1, 2}).add(numbers({samples, layers, heads, 2}, {0, 0.25}, "patched"));
  record.patched_logsumexp = record.default_logsumexp.reshape({samples, 1, 1})
                                 .add(numbers({samples, layers, heads}, {0, 0.25}, "patched logsumexp"));
  return record;
}

results::SweepIdentity example_identity() {
  return {sha256("weights"), "bf16", "difference", {{"apology", 279}, {"confirm", 274}}, 128, 8};
}

hdf5::Provenance example_provenance() {
  hdf5::Provenance provenance = hdf5::provenance_now();
  provenance.config = "seed: 42\n";
  provenance.model_sha256 = example_identity().model_sha256;
  provenance.parents = {{"pairs.jsonl", sha256("pairs")}};
  provenance.world_size = 3;
  provenance.hosts = {"node1", "node2"};
  return provenance;
}

results::SweepPart example_part(const effects::SweepRecord& record, const std::vector<std::int64_t>& places) {
  results::SweepPart part{example_identity(), effects::select(record, places), {}};
  for (const std::string& id : part.record.ids) part.pair_sha256.push_back(sha256(id));
  return part;
}

results::EffectsFile example_effects(std::int64_t finished) {
  effects::SweepRecord all = example_record(6, 3, 4);
  all.exact_checks = {{0, 1, 2, 1e-6f, {4.5f, 5.25f, 10.5f}, {4.75f, 5.0f, 10.0f}},
                      {1, 2, 3, 2e-6f, {4.0f, 5.5f, 9.5f}, {4.25f, 5.0f, 9.75f}}};
  std::vector<std::int64_t> places(static_cast<std::size_t>(finished));
  std::iota(places.begin(), places.end(), 0);
  effects::SweepRecord record = effects::select(all, places);
  effects::Effects effects = effects::compute_effects(record, 200, 42);
  return {example_provenance(),
          {all.ids, all.reference_length, all.counterfactual_length},
          example_identity().record_tokens,
          example_identity().arithmetic,
          std::move(record),
          std::move(effects)};
}

}  // namespace pinpoint::test
