#include "study/results/checkpoint_metadata.h"

#include <string>
#include <variant>
#include <vector>

#include "system/base/check.h"

namespace pinpoint::results {
namespace {

std::string path_of(const StepNumber& number) { return fmt::format("history/{}", number.name); }

template <class T>
std::vector<T> column(const std::vector<TuneStep>& history, T TuneStep::*member) {
  std::vector<T> values;
  for (const TuneStep& step : history) values.push_back(step.*member);
  return values;
}

void write_history(hdf5::H5File& file, const std::vector<TuneStep>& history) {
  file.write_scale("step", column(history, &TuneStep::step));
  for (const StepNumber& number : step_numbers)
    std::visit([&](auto member) { file.write(path_of(number), column(history, member), {"step"}); }, number.member);
}

template <class T>
void read_column(const hdf5::H5File& file, const std::string& name, std::vector<TuneStep>& history,
                 T TuneStep::*member) {
  const std::vector<T> values = file.read<T>(name);
  validate(values.size() == history.size(), "{}: data set {} has {} values where {} belong (damaged)",
           file.path().string(), name, values.size(), history.size());
  for (std::size_t i = 0; i < values.size(); ++i) history[i].*member = values[i];
}

std::vector<TuneStep> read_history(const hdf5::H5File& file) {
  std::vector<TuneStep> history(file.read<std::int64_t>("step").size());
  read_column(file, "step", history, &TuneStep::step);
  for (const StepNumber& number : step_numbers)
    std::visit([&](auto member) { read_column(file, path_of(number), history, member); }, number.member);
  return history;
}

void write_identity(hdf5::H5File& file, const tuning::Identity& identity) {
  std::vector<std::string> names, values;
  for (const auto& [name, value] : identity) {
    names.push_back(name);
    values.push_back(value);
  }
  file.write_attribute("identity_names", names);
  file.write_attribute("identity_values", values);
}

tuning::Identity read_tuning_identity(const hdf5::H5File& file) {
  const auto names = file.read_attribute_list<std::string>("identity_names");
  const auto values = file.read_attribute_list<std::string>("identity_values");
  validate(names.size() == values.size(), "{}: has {} names and {} values of its identity (damaged)",
           file.path().string(), names.size(), values.size());
  tuning::Identity identity;
  for (std::size_t i = 0; i < names.size(); ++i) identity.emplace_back(names[i], values[i]);
  return identity;
}

}  // namespace

void write_metadata(hdf5::H5File& file, std::string_view schema, const Checkpoint& checkpoint) {
  hdf5::write_provenance(file, schema, checkpoint.provenance);
  write_identity(file, checkpoint.identity);
  file.write_attribute("step", static_cast<std::int64_t>(checkpoint.history.size()));
  file.write_attribute("micro_batch", checkpoint.micro_batch);
  file.write_attribute("sampler_position", checkpoint.sampler_position);
  write_history(file, checkpoint.history);
}

Checkpoint read_metadata(const hdf5::H5File& file, std::string_view schema) {
  hdf5::require_schema(file, schema);
  Checkpoint checkpoint;
  checkpoint.provenance = hdf5::read_provenance(file);
  checkpoint.identity = read_tuning_identity(file);
  checkpoint.micro_batch = file.read_attribute<std::int64_t>("micro_batch");
  checkpoint.sampler_position = file.read_attribute<std::int64_t>("sampler_position");
  checkpoint.history = read_history(file);
  checkpoint.moments.step = file.read_attribute<std::int64_t>("step");
  validate(
      checkpoint.moments.step == static_cast<std::int64_t>(checkpoint.history.size()) && checkpoint.micro_batch > 0,
      "{}: its step, history and micro_batch do not belong together (damaged)", file.path().string());
  return checkpoint;
}

}  // namespace pinpoint::results
