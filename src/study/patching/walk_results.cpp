#include "study/patching/walk_results.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <limits>
#include <map>

#include "study/patching/exact_check.h"
#include "system/base/check.h"
#include "system/parallel/collectives.h"

namespace pinpoint::patching {
/// The gathered values of a block, before they are cut into a record's tensors. Copies rows through pointers, because a
/// block of a 70B model has half a million.
class WalkResults::Table {
 public:
  explicit Table(std::vector<std::int64_t> sizes)
      : values_(at::full(sizes, std::numeric_limits<double>::quiet_NaN(), at::kFloat)), width_(sizes.back()) {}

  void put(std::int64_t row, const float* values) {
    std::copy_n(values, width_, values_.data_ptr<float>() + row * width_);
  }
  const float* row(std::int64_t row) const { return values_.data_ptr<float>() + row * width_; }
  const at::Tensor& values() const { return values_; }

 private:
  at::Tensor values_;  // [.., R + 1]
  std::int64_t width_;
};

namespace {

/// The logits of R record tokens and the logsumexp of a row.
std::vector<float> values_of(const float* row, std::int64_t width) { return {row, row + width}; }

void ensure_finite(const at::Tensor& values, const char* what, const std::vector<std::string>& ids) {
  const at::Tensor broken = at::isfinite(values).logical_not().flatten(1).any(1).nonzero();  // [n, 1]
  if (broken.size(0) > 0)
    throw Failure(fmt::format(
        "sample {}: {} hold a NaN or an infinity, though all weights are finite (the activations "
        "overflowed, as they would with any model.dtype); check the model's weights, or leave this pair out "
        "of sweep.pairs and start over with --set restart=fresh",
        ids[static_cast<std::size_t>(broken[0][0].item<std::int64_t>())], what));
}

at::Tensor logits_of(const at::Tensor& table) { return table.narrow(-1, 0, table.size(-1) - 1).contiguous(); }
at::Tensor logsumexp_of(const at::Tensor& table) { return table.select(-1, table.size(-1) - 1).contiguous(); }

}  // namespace

/// The readouts of all ranks, on rank 0.
struct WalkResults::Tables {
  Table null;                                                 // [N, R+1]
  Table pass_a;                                               // [N, R+1]
  Table patched;                                              // [N, L, H, R+1]
  std::map<std::int64_t, std::vector<float>> checks;          // by sample * L*H + layer * H + head
  std::map<std::int64_t, std::vector<float>> check_defaults;  // by sample

  void put_row(const std::vector<SetPlace>& sets, std::int64_t index, const float* values) {
    std::size_t s = sets.size() - 1;
    const RowLayout& any = sets[s].layout;
    const std::int64_t rows_per_sample = 1 + any.layers * any.heads;
    while (sets[s].first * rows_per_sample > index) --s;
    const RowLayout::Place place = sets[s].layout.place(index - sets[s].first * rows_per_sample);
    const std::int64_t sample = sets[s].first + place.sample;
    if (place.layer == RowLayout::null_layer)
      null.put(sample, values);
    else
      patched.put((sample * any.layers + place.layer) * any.heads + place.head, values);
  }

  /// A head with the same output in both passes was not computed. It gets its null row's values: effect exactly 0.
  void fill_equal_heads(const std::vector<std::vector<bool>>& differs) {
    const std::int64_t samples = patched.values().size(0), heads = patched.values().size(2);
    const auto layers = static_cast<std::int64_t>(differs.size());
    for (std::int64_t layer = 0; layer < layers; ++layer)
      for (std::int64_t i = 0; i < samples * heads; ++i)
        if (!differs[static_cast<std::size_t>(layer)][static_cast<std::size_t>(i)])
          patched.put((i / heads * layers + layer) * heads + i % heads, null.row(i / heads));
  }
};

void WalkResults::add_rows(const SetPlace& set, const parallel::Range& rows, const transformer::Readout& readout) {
  add(Kind::row, set.first * (1 + layers_ * heads_) + rows.begin, rows.size(), readout);
}

void WalkResults::add_pass_a(std::int64_t sample, const transformer::Readout& readout) {
  add(Kind::pass_a, sample, readout.logsumexp.size(0), readout);
}

void WalkResults::add_check(std::int64_t sample, HeadId head, const transformer::Readout& readout) {
  add(Kind::check, (sample * layers_ + head.layer) * heads_ + head.head, 1, readout);
}

void WalkResults::add_check_default(std::int64_t sample, const transformer::Readout& readout) {
  add(Kind::check_default, sample, 1, readout);
}

void WalkResults::add(Kind kind, std::int64_t index, std::int64_t count, const transformer::Readout& readout) {
  values_.push_back(at::cat({readout.logits, readout.logsumexp.unsqueeze(1)}, 1).narrow(0, 0, count));
  for (std::int64_t i = 0; i < count; ++i) {
    keys_.push_back(static_cast<std::int64_t>(kind));
    keys_.push_back(index + i);
  }
}

void WalkResults::gather() {
  values_.push_back(at::empty({0, record_tokens_ + 1}, values_.empty() ? at::kFloat : values_.front().options()));
  all_values_ = parallel::gather(world_, at::cat(values_).cpu());
  all_keys_ = parallel::gather(world_, at::tensor(keys_, at::kLong).view({-1, 2}));
}

WalkResults::Tables WalkResults::tables(const WalkPlan& plan) const {
  const auto samples = std::ssize(plan.samples);
  const std::int64_t width = record_tokens_ + 1;
  Tables tables{Table({samples, width}), Table({samples, width}), Table({samples, layers_, heads_, width}), {}, {}};
  const auto* keys = all_keys_.data_ptr<std::int64_t>();
  const auto* values = all_values_.data_ptr<float>();
  for (std::int64_t i = 0; i < all_keys_.size(0); ++i, keys += 2, values += width) {
    switch (static_cast<Kind>(keys[0])) {
      case Kind::row: tables.put_row(plan.sets, keys[1], values); break;
      case Kind::pass_a: tables.pass_a.put(keys[1], values); break;
      case Kind::check: tables.checks[keys[1]] = values_of(values, width); break;
      case Kind::check_default: tables.check_defaults[keys[1]] = values_of(values, width); break;
    }
  }
  if (plan.sets.front().layout.null_rows == 0) tables.null = tables.pass_a;
  return tables;
}

effects::SweepRecord WalkResults::assemble(const std::vector<dialogue::TokenPair>& pairs, const WalkPlan& plan,
                                           const std::vector<std::vector<bool>>& differs) const {
  Tables tables = this->tables(plan);
  tables.fill_equal_heads(differs);

  effects::SweepRecord record;
  record.samples = plan.samples;
  for (const std::int64_t sample : plan.samples) {
    const dialogue::TokenPair& pair = pairs[static_cast<std::size_t>(sample)];
    record.ids.push_back(pair.id);
    record.reference_length.push_back(static_cast<std::int32_t>(pair.reference.size()));
    record.counterfactual_length.push_back(static_cast<std::int32_t>(pair.counterfactual.size()));
  }
  ensure_finite(tables.null.values(), "the null row's logits", record.ids);
  ensure_finite(tables.pass_a.values(), "the reference's logits", record.ids);
  ensure_finite(tables.patched.values(), "logits with a head patched", record.ids);
  record.default_logits = logits_of(tables.null.values());
  record.default_logsumexp = logsumexp_of(tables.null.values());
  record.pass_a_logits = logits_of(tables.pass_a.values());
  record.pass_a_logsumexp = logsumexp_of(tables.pass_a.values());
  record.patched_logits = logits_of(tables.patched.values());
  record.patched_logsumexp = logsumexp_of(tables.patched.values());
  for (const auto& [index, literal] : tables.checks) {
    const std::int64_t sample = index / (layers_ * heads_);
    const auto own = tables.check_defaults.find(sample);
    const std::int64_t width = record_tokens_ + 1;
    record.exact_checks.push_back(
        compared({.sample = plan.samples[static_cast<std::size_t>(sample)],
                  .layer = index / heads_ % layers_,
                  .head = index % heads_,
                  .literal = literal,
                  .literal_default =
                      own != tables.check_defaults.end() ? own->second : values_of(tables.pass_a.row(sample), width)},
                 tables.patched.row(index), tables.null.row(sample)));
  }
  return record;
}

}  // namespace pinpoint::patching
