#include "patching/walk_results.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.h"
#include "parallel/collectives.h"

namespace pinpoint::patching {
namespace {

/// The gathered numbers of a block by place, before they are cut into a record's tensors. Rows are copied one by one,
/// half a million for a block of a 70B model, so through pointers.
class Table {
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

struct Tables {
  Table null;     // [N, R+1]
  Table pass_a;   // [N, R+1]
  Table patched;  // [N, L, H, R+1]
};

/// A readout of a literal pass, to be compared with the same row of the patched table.
struct CheckedRow {
  std::int64_t row = 0;
  const float* values = nullptr;  // [R+1]
};

void put_row(Tables& tables, const std::vector<GroupPlace>& groups, std::int64_t index, const float* values) {
  std::size_t g = groups.size() - 1;
  const RowLayout& any = groups[g].layout;
  const std::int64_t rows_a_sample = 1 + any.layers * any.heads;
  while (groups[g].first * rows_a_sample > index) --g;
  const RowLayout::Place place = groups[g].layout.place(index - groups[g].first * rows_a_sample);
  const std::int64_t sample = groups[g].first + place.sample;
  if (place.layer == RowLayout::null_layer)
    tables.null.put(sample, values);
  else
    tables.patched.put((sample * any.layers + place.layer) * any.heads + place.head, values);
}

/// A head whose output is the same in both passes was not computed: it has its null row's numbers, effect exactly 0.
void fill_equal_heads(Tables& tables, const std::vector<std::vector<bool>>& differs) {
  const std::int64_t samples = tables.patched.values().size(0), heads = tables.patched.values().size(2);
  const auto layers = static_cast<std::int64_t>(differs.size());
  for (std::int64_t layer = 0; layer < layers; ++layer)
    for (std::int64_t i = 0; i < samples * heads; ++i)
      if (!differs[static_cast<std::size_t>(layer)][static_cast<std::size_t>(i)])
        tables.patched.put((i / heads * layers + layer) * heads + i % heads, tables.null.row(i / heads));
}

void ensure_finite(const at::Tensor& values, const char* what, const std::vector<std::string>& ids) {
  const at::Tensor broken = at::isfinite(values).logical_not().flatten(1).any(1).nonzero();  // [n, 1]
  if (broken.size(0) > 0)
    throw Failure(
        fmt::format("sample {}: {} hold a NaN or an infinity, though all weights are finite (the activations "
                    "overflowed); run with model.dtype: float32, or leave this sample out",
                    ids[static_cast<std::size_t>(broken[0][0].item<std::int64_t>())], what));
}

at::Tensor logits_of(const at::Tensor& table) { return table.narrow(-1, 0, table.size(-1) - 1).contiguous(); }
at::Tensor logsumexp_of(const at::Tensor& table) { return table.select(-1, table.size(-1) - 1).contiguous(); }

}  // namespace

void WalkResults::expect(ReadoutOf kind, std::int64_t index, std::int64_t count) {
  counts_.push_back(count);
  for (std::int64_t i = 0; i < count; ++i) {
    keys_.push_back(static_cast<std::int64_t>(kind));
    keys_.push_back(index + i);
  }
}

void WalkResults::gather(const std::vector<model::Readout>& readouts) {
  PINPOINT_EXPECT(readouts.size() == counts_.size());
  std::vector<at::Tensor> rows;
  for (std::size_t i = 0; i < readouts.size(); ++i)
    rows.push_back(at::cat({readouts[i].logits, readouts[i].logsumexp.unsqueeze(1)}, 1).narrow(0, 0, counts_[i]));
  // A rank without any row takes part with an empty tensor of the right width, which only the others know.
  const std::int64_t width = parallel::maximum(world_, rows.empty() ? 0 : rows.front().size(1));
  rows.push_back(at::empty({0, width}, rows.empty() ? at::TensorOptions(at::kFloat) : rows.front().options()));
  all_values_ = parallel::gather(world_, at::cat(rows).cpu());
  all_keys_ = parallel::gather(world_, at::tensor(keys_, at::kLong).view({-1, 2}));
}

SweepRecord WalkResults::assemble(const std::vector<dialogue::TokenPair>& pairs,
                                  const std::vector<std::int64_t>& samples, const std::vector<GroupPlace>& groups,
                                  const std::vector<std::vector<bool>>& differs) const {
  const auto n = static_cast<std::int64_t>(samples.size());
  const std::int64_t layers = groups.front().layout.layers, heads = groups.front().layout.heads;
  const std::int64_t width = all_values_.size(1);
  Tables tables{Table({n, width}), Table({n, width}), Table({n, layers, heads, width})};
  std::vector<CheckedRow> checked;
  const auto* keys = all_keys_.data_ptr<std::int64_t>();
  const auto* values = all_values_.data_ptr<float>();
  for (std::int64_t i = 0; i < all_keys_.size(0); ++i, keys += 2, values += width) {
    switch (static_cast<ReadoutOf>(keys[0])) {
      case ReadoutOf::row: put_row(tables, groups, keys[1], values); break;
      case ReadoutOf::pass_a: tables.pass_a.put(keys[1], values); break;
      case ReadoutOf::check: checked.push_back({keys[1], values}); break;
    }
  }
  fill_equal_heads(tables, differs);

  SweepRecord record;
  record.samples = samples;
  for (const std::int64_t sample : samples) {
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
  for (const CheckedRow& check : checked) {
    float deviation = 0;
    for (std::int64_t r = 0; r < width; ++r)
      deviation = std::max(deviation, std::abs(tables.patched.row(check.row)[r] - check.values[r]));
    record.exact_checks.push_back({.sample = samples[static_cast<std::size_t>(check.row / (layers * heads))],
                                   .layer = check.row / heads % layers,
                                   .head = check.row % heads,
                                   .deviation = deviation});
  }
  std::ranges::sort(record.exact_checks, {}, &ExactCheck::place);
  return record;
}

}  // namespace pinpoint::patching
