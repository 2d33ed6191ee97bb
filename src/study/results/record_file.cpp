#include "study/results/record_file.h"

#include <ATen/ops/empty.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "study/results/tensor_values.h"
#include "system/base/check.h"

namespace pinpoint::results {
namespace {

using effects::ExactCheck;
using effects::SweepRecord;

struct NamedTensor {
  const char* name;
  at::Tensor SweepRecord::*tensor;
  std::vector<std::string> axes;
};

const std::vector<NamedTensor>& tensors() {
  static const std::vector<NamedTensor> all{
      {"default_logits", &SweepRecord::default_logits, {"sample", "record_token"}},
      {"default_logsumexp", &SweepRecord::default_logsumexp, {"sample"}},
      {"pass_a_logits", &SweepRecord::pass_a_logits, {"sample", "record_token"}},
      {"pass_a_logsumexp", &SweepRecord::pass_a_logsumexp, {"sample"}},
      {"patched_logits", &SweepRecord::patched_logits, {"sample", "layer", "head", "record_token"}},
      {"patched_logsumexp", &SweepRecord::patched_logsumexp, {"sample", "layer", "head"}}};
  return all;
}

at::Tensor read_tensor(const hdf5::H5File& file, const NamedTensor& what) {
  const hdf5::H5DataSet found = file.describe(what.name);
  validate(found.scales == what.axes, "{}: data set {} has other axes than ({}); make the file again",
           file.path().string(), what.name, fmt::join(what.axes, ", "));
  const std::vector<float> values = file.read<float>(what.name);
  at::Tensor tensor = at::empty(found.shape, at::kFloat);
  std::copy(values.begin(), values.end(), tensor.data_ptr<float>());
  return tensor;
}

/// One member of every check, in the type of the file.
template <class T, class Member>
std::vector<T> column(const std::vector<ExactCheck>& checks, Member member) {
  std::vector<T> values;
  for (const ExactCheck& check : checks) values.push_back(static_cast<T>(check.*member));
  return values;
}

/// A check's values, as two data sets: NAME_logits [check, record_token] and NAME_logsumexp [check].
void write_values(hdf5::H5File& file, const std::string& name, const std::vector<ExactCheck>& checks,
                  std::vector<float> ExactCheck::*member) {
  std::vector<float> logits, logsumexp;
  for (const ExactCheck& check : checks) {
    const std::vector<float>& values = check.*member;
    logits.insert(logits.end(), values.begin(), values.end() - 1);
    logsumexp.push_back(values.back());
  }
  file.write(name + "_logits", logits, {"exact_check/check", "record_token"});
  file.write(name + "_logsumexp", logsumexp, {"exact_check/check"});
}

void write_exact_checks(hdf5::H5File& file, const std::vector<ExactCheck>& checks) {
  const std::vector<std::string> axes{"exact_check/check"};
  file.write_scale(axes[0], counted(static_cast<std::int64_t>(checks.size())));
  const auto write = [&](const char* name, const auto& values) { file.write(name, values, axes); };
  write("exact_check/sample", column<std::int32_t>(checks, &ExactCheck::sample));
  write("exact_check/layer", column<std::int32_t>(checks, &ExactCheck::layer));
  write("exact_check/head", column<std::int32_t>(checks, &ExactCheck::head));
  write("exact_check/deviation", column<float>(checks, &ExactCheck::deviation));
  write_values(file, "exact_check/literal", checks, &ExactCheck::literal);
  write_values(file, "exact_check/default", checks, &ExactCheck::literal_default);
}

/// Reads a data set and requires that it has `size` values.
template <hdf5::H5Value T>
std::vector<T> read_sized(const hdf5::H5File& file, const std::string& name, std::size_t size) {
  std::vector<T> values = file.read<T>(name);
  validate(values.size() == size, "{}: data set {} has {} values where {} belong; make the file again",
           file.path().string(), name, values.size(), size);
  return values;
}

void read_values(const hdf5::H5File& file, const std::string& name, std::size_t record_tokens,
                 std::vector<ExactCheck>& checks, std::vector<float> ExactCheck::*member) {
  const auto logits = read_sized<float>(file, name + "_logits", checks.size() * record_tokens);
  const auto logsumexp = read_sized<float>(file, name + "_logsumexp", checks.size());
  for (std::size_t i = 0; i < checks.size(); ++i) {
    const auto first = logits.begin() + static_cast<std::ptrdiff_t>(i * record_tokens);
    (checks[i].*member).assign(first, first + static_cast<std::ptrdiff_t>(record_tokens));
    (checks[i].*member).push_back(logsumexp[i]);
  }
}

std::vector<ExactCheck> read_exact_checks(const hdf5::H5File& file, std::size_t record_tokens) {
  const auto sample = file.read<std::int32_t>("exact_check/sample");
  const auto layer = read_sized<std::int32_t>(file, "exact_check/layer", sample.size());
  const auto head = read_sized<std::int32_t>(file, "exact_check/head", sample.size());
  const auto deviation = read_sized<float>(file, "exact_check/deviation", sample.size());
  std::vector<ExactCheck> checks;
  for (std::size_t i = 0; i < sample.size(); ++i) checks.push_back({sample[i], layer[i], head[i], deviation[i]});
  read_values(file, "exact_check/literal", record_tokens, checks, &ExactCheck::literal);
  read_values(file, "exact_check/default", record_tokens, checks, &ExactCheck::literal_default);
  return checks;
}

/// Checks that every tensor has n samples, and that shared axes have one size.
void require_one_shape(const hdf5::H5File& file, const SweepRecord& record) {
  const at::Tensor& full = record.patched_logits;
  validate(full.size(0) == static_cast<std::int64_t>(record.ids.size()) &&
               record.default_logits.sizes() == at::IntArrayRef({full.size(0), full.size(3)}) &&
               record.pass_a_logits.sizes() == record.default_logits.sizes() &&
               record.default_logsumexp.size(0) == full.size(0) && record.pass_a_logsumexp.size(0) == full.size(0) &&
               record.patched_logsumexp.sizes() == full.sizes().slice(0, 3),
           "{}: its data sets disagree about the number of samples, layers or heads; make the file again",
           file.path().string());
}

}  // namespace

std::vector<std::int32_t> counted(std::int64_t size) {
  std::vector<std::int32_t> places(static_cast<std::size_t>(size));
  std::iota(places.begin(), places.end(), 0);
  return places;
}

void write_record(hdf5::H5File& file, const SweepRecord& record, const std::vector<RecordToken>& record_tokens) {
  std::vector<std::string> token_names;
  for (const RecordToken& token : record_tokens) token_names.push_back(token.name);
  file.write_scale("sample", record.ids);
  file.write_scale("layer", counted(record.patched_logits.size(1)));
  file.write_scale("head", counted(record.patched_logits.size(2)));
  file.write_scale("record_token", token_names);
  file.write("reference_length", record.reference_length, {"sample"});
  file.write("counterfactual_length", record.counterfactual_length, {"sample"});
  for (const NamedTensor& what : tensors()) file.write(what.name, values_of(record.*what.tensor), what.axes);
  write_exact_checks(file, record.exact_checks);
}

SweepRecord read_record(const hdf5::H5File& file) {
  SweepRecord record;
  record.ids = file.read<std::string>("sample");
  record.reference_length = read_sized<std::int32_t>(file, "reference_length", record.ids.size());
  record.counterfactual_length = read_sized<std::int32_t>(file, "counterfactual_length", record.ids.size());
  for (const NamedTensor& what : tensors()) record.*what.tensor = read_tensor(file, what);
  require_one_shape(file, record);
  record.exact_checks = read_exact_checks(file, static_cast<std::size_t>(record.default_logits.size(1)));
  return record;
}

}  // namespace pinpoint::results
