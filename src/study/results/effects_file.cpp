#include "study/results/effects_file.h"

#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "study/effects/record_merge.h"
#include "system/base/check.h"
#include "system/hdf5/seal.h"

namespace pinpoint::results {
namespace {

using effects::Effects;
using effects::Metric;
using effects::MetricEffects;
using effects::SweepRecord;

constexpr std::string_view effects_schema = "effects";

std::string path_of(const char* group, Metric metric) { return fmt::format("{}/{}", group, name_of(metric)); }
std::string stability_path(Metric metric, const char* name) {
  return fmt::format("stability/{}/{}", name_of(metric), name);
}

/// [count, ..] with `rows` [n, ..] at the indices `samples`, NaN elsewhere.
at::Tensor spread(const at::Tensor& rows, const at::Tensor& samples, std::int64_t count) {
  std::vector<std::int64_t> shape = rows.sizes().vec();
  shape[0] = count;
  return at::full(shape, std::numeric_limits<float>::quiet_NaN(), at::kFloat).index_copy_(0, samples, rows);
}

/// The record of all samples that were asked for.
SweepRecord spread(const SweepRecord& finished, const AskedSamples& asked) {
  const auto count = static_cast<std::int64_t>(asked.ids.size());
  const at::Tensor places = at::tensor(finished.samples, at::kLong);
  SweepRecord all;
  all.ids = asked.ids;
  all.reference_length = asked.reference_length;
  all.counterfactual_length = asked.counterfactual_length;
  all.default_logits = spread(finished.default_logits, places, count);
  all.default_logsumexp = spread(finished.default_logsumexp, places, count);
  all.pass_a_logits = spread(finished.pass_a_logits, places, count);
  all.pass_a_logsumexp = spread(finished.pass_a_logsumexp, places, count);
  all.patched_logits = spread(finished.patched_logits, places, count);
  all.patched_logsumexp = spread(finished.patched_logsumexp, places, count);
  all.exact_checks = finished.exact_checks;
  return all;
}

void write_ranking(hdf5::H5File& file, Metric metric, const std::vector<HeadId>& ranking) {
  std::vector<std::int32_t> rows;
  for (const auto& [layer, head] : ranking) {
    rows.push_back(static_cast<std::int32_t>(layer));
    rows.push_back(static_cast<std::int32_t>(head));
  }
  file.write(path_of("ranking", metric), rows, {"rank", "layer_head"});
}

std::vector<HeadId> read_ranking(const hdf5::H5File& file, Metric metric) {
  const auto rows = file.read<std::int32_t>(path_of("ranking", metric));
  std::vector<HeadId> ranking;
  for (std::size_t i = 0; i + 1 < rows.size(); i += 2) ranking.push_back({rows[i], rows[i + 1]});
  return ranking;
}

void write_stability(hdf5::H5File& file, Metric metric, const effects::Stability& stability) {
  const auto write = [&](const char* name, const std::vector<double>& values) {
    file.write(stability_path(metric, name), values, {"k"});
  };
  file.write_value(stability_path(metric, "split_half_rank_correlation"), stability.split_half_rank_correlation);
  write("top_k_overlap", stability.top_k_overlap);
  write("top_k_effect", stability.top_k_effect);
  write("top_k_effect_cross_fitted", stability.top_k_effect_cross_fitted);
}

effects::Stability read_stability(const hdf5::H5File& file, Metric metric) {
  const auto read = [&](const char* name) { return file.read<double>(stability_path(metric, name)); };
  return {read("split_half_rank_correlation").front(), read("top_k_overlap"), read("top_k_effect"),
          read("top_k_effect_cross_fitted")};
}

void write_noise(hdf5::H5File& file, Metric metric, const effects::Noise& noise) {
  const std::vector<double> values{noise.median, noise.upper_decile, noise.largest, noise.root_mean_square};
  file.write(path_of("noise", metric), values, {"noise_statistic"});
}

effects::Noise read_noise(const hdf5::H5File& file, Metric metric) {
  const auto values = file.read<double>(path_of("noise", metric));
  validate(values.size() == 4, "{}: data set {} has {} values where 4 belong; make the file again",
           file.path().string(), path_of("noise", metric), values.size());
  return {values[0], values[1], values[2], values[3]};
}

void write_metric(hdf5::H5File& file, Metric metric, const MetricEffects& found) {
  const auto write = [&](const char* group, const std::vector<double>& values) {
    file.write(path_of(group, metric), values, {"layer", "head"});
  };
  write("effect", found.effect);
  write("effect_sem", found.sem);
  write("effect_low", found.low);
  write("effect_high", found.high);
  write_ranking(file, metric, found.ranking);
  write_stability(file, metric, found.stability);
  write_noise(file, metric, found.noise);
}

MetricEffects read_metric(const hdf5::H5File& file, Metric metric) {
  const auto read = [&](const char* group) { return file.read<double>(path_of(group, metric)); };
  return {read("effect"),          read("effect_sem"),         read("effect_low"),
          read("effect_high"),     read_ranking(file, metric), read_stability(file, metric),
          read_noise(file, metric)};
}

void write_found(hdf5::H5File& file, const Effects& effects) {
  file.write_attribute("noise_floor", effects.by_metric.at(Metric::logit_diff).noise.median);
  file.write_attribute("bootstrap", effects.bootstrap);
  file.write_scale("rank", counted(effects.layers * effects.heads));
  file.write_scale("layer_head", std::vector<std::string>{"layer", "head"});
  file.write_scale("noise_statistic", std::vector<std::string>{"median", "90 %", "largest", "root mean square"});
  file.write_scale("k", std::vector<std::int32_t>(effects.top_k.begin(), effects.top_k.end()));
  for (const auto& [metric, found] : effects.by_metric) write_metric(file, metric, found);
  file.write_value(stability_path(Metric::logit_share, "invalid_share"), effects.invalid_share);
}

Effects read_found(const hdf5::H5File& file) {
  Effects effects;
  effects.layers = file.describe("layer").shape.at(0);
  effects.heads = file.describe("head").shape.at(0);
  effects.bootstrap = file.read_attribute<std::int64_t>("bootstrap");
  for (const std::int32_t k : file.read<std::int32_t>("k")) effects.top_k.push_back(k);
  for (const Metric metric : effects::all_metrics) effects.by_metric[metric] = read_metric(file, metric);
  effects.invalid_share = file.read<double>(stability_path(Metric::logit_share, "invalid_share")).front();
  return effects;
}

std::vector<RecordToken> read_record_tokens(const hdf5::H5File& file) {
  const auto names = file.read<std::string>("record_token");
  const auto ids = file.read_attribute_list<std::int64_t>("record_token_ids");
  std::vector<RecordToken> tokens;
  for (std::size_t i = 0; i < std::min(names.size(), ids.size()); ++i) tokens.push_back({names[i], ids[i]});
  return tokens;
}

/// Indices of the finished samples: all in a complete file, else those whose numbers are not NaN.
std::vector<std::int64_t> finished_samples(const hdf5::H5File& file, const SweepRecord& all) {
  const bool complete = file.read_attribute<std::int64_t>("complete") != 0;
  const float* logsumexp = all.default_logsumexp.data_ptr<float>();
  std::vector<std::int64_t> samples;
  for (std::int64_t i = 0; i < all.default_logsumexp.size(0); ++i)
    if (complete || !std::isnan(logsumexp[i])) samples.push_back(i);
  return samples;
}

}  // namespace

void write_effects(const std::filesystem::path& path, const EffectsFile& contents) {
  hdf5::H5File file = hdf5::H5File::create(path);
  std::vector<std::int64_t> token_ids;
  for (const RecordToken& token : contents.record_tokens) token_ids.push_back(token.id);
  hdf5::write_provenance(file, effects_schema, contents.provenance);
  file.write_attribute("complete", std::int64_t{contents.complete()});
  file.write_attribute("record_token_ids", token_ids);
  file.write_attribute("arithmetic", contents.arithmetic);
  write_record(file, spread(contents.record, contents.asked), contents.record_tokens);
  write_found(file, contents.effects);
  file.commit();
}

EffectsFile read_effects(const std::filesystem::path& path) { return parse_effects(files::read_input(path)); }

EffectsFile parse_effects(const files::InputFile& input) {
  const hdf5::H5File file = hdf5::H5File::open(input);
  hdf5::require_schema(file, effects_schema);
  SweepRecord all = read_record(file);
  all.samples.resize(all.ids.size());
  std::iota(all.samples.begin(), all.samples.end(), 0);
  return {hdf5::read_provenance(file),
          {all.ids, all.reference_length, all.counterfactual_length},
          read_record_tokens(file),
          file.read_attribute<std::string>("arithmetic"),
          effects::select(all, finished_samples(file, all)),
          read_found(file)};
}

bool are_effects_of(const std::filesystem::path& path, const hdf5::Provenance& sweep) {
  try {
    const files::InputFile input = files::read_input(path);
    if (hdf5::check_seal(input) != hdf5::SealState::intact) return false;
    const hdf5::Provenance saved = parse_effects(input).provenance;
    return saved.model_sha256 == sweep.model_sha256 &&
           std::ranges::equal(saved.parents, sweep.parents, {}, &hdf5::Parent::sha256, &hdf5::Parent::sha256);
  } catch (const UserError&) {  // missing, or of another kind
    return false;
  }
}

}  // namespace pinpoint::results
