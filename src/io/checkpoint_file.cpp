#include "io/checkpoint_file.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <string_view>

#include "base/check.h"
#include "base/log.h"
#include "io/record_file.h"
#include "io/text_file.h"

namespace pinpoint::io {
namespace {

namespace fs = std::filesystem;
using tuning::Slice;

constexpr std::string_view schema = "checkpoint";

/// The number in "step-000017.h5"; none for other names.
std::optional<std::int64_t> step_of(const fs::path& file) {
  const std::string stem = file.stem().string();
  constexpr std::string_view prefix = "step-";
  if (file.extension() != ".h5" || !stem.starts_with(prefix)) return std::nullopt;
  std::int64_t step = 0;
  const auto [end, error] = std::from_chars(stem.data() + prefix.size(), stem.data() + stem.size(), step);
  if (error != std::errc() || end != stem.data() + stem.size()) return std::nullopt;
  return step;
}

bool counts_groups(const Slice& slice) {
  return slice.matrix == model::Matrix::key || slice.matrix == model::Matrix::value;
}

/// The scales of a slice's data sets. Heads and groups are those of its layer, by number.
std::vector<std::string> axes_of(const Slice& slice) {
  const std::string blocks = fmt::format("tuned/layers.{}/{}", slice.layer, counts_groups(slice) ? "group" : "head");
  switch (slice.part) {
    case Slice::Part::rows: return {blocks, "head_column", "width"};
    case Slice::Part::columns: return {blocks, "width", "head_column"};
    default: return {blocks, "head_column"};
  }
}

std::span<const float> values_of(const at::Tensor& tensor) {
  PINPOINT_EXPECT(tensor.is_contiguous() && tensor.device().is_cpu());
  return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

void write_slices(H5File& file, const Checkpoint& checkpoint, const model::ModelConfig& model) {
  file.write_scale("head_column", counted(model.head_width));
  file.write_scale("width", counted(model.width));
  const std::vector<Slice> slices = slices_of(checkpoint, model);
  for (std::size_t i = 0; i < slices.size(); ++i) {
    const std::string name = slices[i].name();
    const std::vector<std::string> axes = axes_of(slices[i]);
    if (!file.contains(axes[0]))
      file.write_scale(axes[0], std::vector<std::int32_t>(slices[i].places.begin(), slices[i].places.end()));
    file.write("tuned/" + name, values_of(checkpoint.values[i]), axes);
    file.write("adamw/" + name + "/exp_avg", values_of(checkpoint.moments.exp_avg[i]), axes);
    file.write("adamw/" + name + "/exp_avg_sq", values_of(checkpoint.moments.exp_avg_sq[i]), axes);
  }
}

at::Tensor read_tensor(const H5File& file, const std::string& name, const std::vector<std::int64_t>& shape) {
  const std::vector<float> values = file.read<float>(name);
  validate(file.describe(name).shape == shape, "{}: data set {} has another shape than this model's heads give it; {}",
           file.path().string(), name, "name the model that was tuned");
  at::Tensor tensor = at::empty(shape, at::kFloat);
  std::copy(values.begin(), values.end(), tensor.data_ptr<float>());
  return tensor;
}

void read_slices(const H5File& file, const model::ModelConfig& model, Checkpoint& checkpoint) {
  for (const Slice& slice : slices_of(checkpoint, model)) {
    const std::string name = slice.name();
    const std::vector<std::int64_t> shape = tuning::shape_of(slice, model);
    checkpoint.values.push_back(read_tensor(file, "tuned/" + name, shape));
    checkpoint.moments.exp_avg.push_back(read_tensor(file, "adamw/" + name + "/exp_avg", shape));
    checkpoint.moments.exp_avg_sq.push_back(read_tensor(file, "adamw/" + name + "/exp_avg_sq", shape));
  }
}

void write_heads(H5File& file, const std::vector<HeadId>& heads, const model::ModelConfig& model) {
  std::vector<std::int32_t> places;
  for (const auto& [layer, head] : heads) {
    places.push_back(static_cast<std::int32_t>(layer));
    places.push_back(static_cast<std::int32_t>(head));
  }
  file.write_scale("layer", counted(model.layers));
  file.write_scale("head", counted(model.heads));
  file.write_scale("tuned_head", counted(static_cast<std::int64_t>(heads.size())));
  file.write_scale("layer_head", std::vector<std::string>{"layer", "head"});
  file.write("heads", places, {"tuned_head", "layer_head"});
}

std::vector<HeadId> read_heads(const H5File& file, const model::ModelConfig& model) {
  const auto places = file.read<std::int32_t>("heads");
  std::vector<HeadId> heads;
  for (std::size_t i = 0; i + 1 < places.size(); i += 2) {
    heads.push_back({places[i], places[i + 1]});
    const auto& [layer, head] = heads.back();
    validate(0 <= layer && layer < model.layers && 0 <= head && head < model.heads,
             "{}: layer {}, head {} is not in this model; name the model that was tuned", file.path().string(), layer,
             head);
  }
  validate(!heads.empty() && std::ranges::is_sorted(heads), "{}: its heads are missing or not ascending (damaged)",
           file.path().string());
  return heads;
}

/// One member of every step.
template <class T, class Member>
std::vector<T> column(const std::vector<TuneStep>& history, Member member) {
  std::vector<T> values;
  for (const TuneStep& step : history) values.push_back(step.*member);
  return values;
}

void write_history(H5File& file, const std::vector<TuneStep>& history) {
  file.write_scale("step", column<std::int64_t>(history, &TuneStep::step));
  const auto write = [&](const char* name, const auto& values) { file.write(name, values, {"step"}); };
  write("history/loss", column<double>(history, &TuneStep::loss));
  write("history/lr", column<double>(history, &TuneStep::lr));
  write("history/grad_norm", column<double>(history, &TuneStep::grad_norm));
  write("history/tokens", column<std::int64_t>(history, &TuneStep::tokens));
  write("history/targets", column<std::int64_t>(history, &TuneStep::targets));
  write("history/seconds", column<double>(history, &TuneStep::seconds));
}

template <class T, class Member>
void read_column(const H5File& file, const std::string& name, std::vector<TuneStep>& history, Member member) {
  const std::vector<T> values = file.read<T>(name);
  validate(values.size() == history.size(), "{}: data set {} has {} values where {} belong (damaged)",
           file.path().string(), name, values.size(), history.size());
  for (std::size_t i = 0; i < values.size(); ++i) history[i].*member = values[i];
}

std::vector<TuneStep> read_history(const H5File& file) {
  std::vector<TuneStep> history(file.read<std::int64_t>("step").size());
  read_column<std::int64_t>(file, "step", history, &TuneStep::step);
  read_column<double>(file, "history/loss", history, &TuneStep::loss);
  read_column<double>(file, "history/lr", history, &TuneStep::lr);
  read_column<double>(file, "history/grad_norm", history, &TuneStep::grad_norm);
  read_column<std::int64_t>(file, "history/tokens", history, &TuneStep::tokens);
  read_column<std::int64_t>(file, "history/targets", history, &TuneStep::targets);
  read_column<double>(file, "history/seconds", history, &TuneStep::seconds);
  return history;
}

void write_identity(H5File& file, const TuningIdentity& identity) {
  std::vector<std::string> names, values;
  for (const auto& [name, value] : identity) {
    names.push_back(name);
    values.push_back(value);
  }
  file.write_attribute("identity_names", names);
  file.write_attribute("identity_values", values);
}

TuningIdentity read_identity(const H5File& file) {
  const auto names = file.read_attribute_list<std::string>("identity_names");
  const auto values = file.read_attribute_list<std::string>("identity_values");
  validate(names.size() == values.size(), "{}: has {} names and {} values of its identity (damaged)",
           file.path().string(), names.size(), values.size());
  TuningIdentity identity;
  for (std::size_t i = 0; i < names.size(); ++i) identity.emplace_back(names[i], values[i]);
  return identity;
}

std::int64_t bytes_of(const Checkpoint& checkpoint) {
  std::int64_t bytes = 1 << 20;  // names, history, attributes
  for (const at::Tensor& value : checkpoint.values) bytes += 3 * static_cast<std::int64_t>(value.nbytes());
  return bytes + static_cast<std::int64_t>(checkpoint.history.size() * sizeof(TuneStep));
}

/// Not to find out after minutes of writing.
void require_room(const fs::path& folder, std::int64_t bytes) {
  std::error_code unknown;  // then writing will tell
  const fs::space_info space = fs::space(folder, unknown);
  validate(unknown || space.available >= static_cast<std::uintmax_t>(bytes),
           "{}: has room for {} MB, a checkpoint takes {} MB; free some, or lower tune.keep", folder.string(),
           space.available >> 20, (bytes >> 20) + 1);
}

void remove_all_but(const fs::path& folder, std::int64_t keep) {
  std::vector<fs::path> files = checkpoint_files(folder);
  const auto excess = static_cast<std::int64_t>(files.size()) - keep;
  for (std::int64_t i = 0; i < excess; ++i) {
    std::error_code error;
    if (!fs::remove(files[static_cast<std::size_t>(i)], error))
      log_warning("{}: an old checkpoint cannot be removed ({})", files[static_cast<std::size_t>(i)].string(),
                  error.message());
  }
}

}  // namespace

std::vector<Slice> slices_of(const Checkpoint& checkpoint, const model::ModelConfig& model) {
  tuning::TuneOptions options;
  options.train_kv = checkpoint.train_kv;
  options.train_bias = checkpoint.train_bias;
  return tuning::head_slices(model, checkpoint.heads, options);
}

std::optional<std::string> difference(const Checkpoint& saved, const std::string& model_sha256,
                                      const std::vector<HeadId>& heads, const TuningIdentity& identity) {
  if (saved.provenance.model_sha256 != model_sha256)
    return fmt::format("model_sha256: saved {:.12}.., now {:.12}.. (other weights, perhaps a fine-tune)",
                       saved.provenance.model_sha256, model_sha256);
  const auto holds = [](const std::vector<HeadId>& list, const HeadId& id) { return std::ranges::count(list, id) > 0; };
  for (const HeadId& id : saved.heads)
    if (!holds(heads, id)) return fmt::format("heads: layer {}, head {} is no longer chosen", id.layer, id.head);
  for (const HeadId& id : heads)
    if (!holds(saved.heads, id)) return fmt::format("heads: layer {}, head {} was not tuned", id.layer, id.head);
  for (std::size_t i = 0; i < std::max(saved.identity.size(), identity.size()); ++i) {
    const std::pair<std::string, std::string> none{"nothing", "nothing"};
    const auto& [name, value] = i < identity.size() ? identity[i] : none;
    const auto& [saved_name, saved_value] = i < saved.identity.size() ? saved.identity[i] : none;
    if (name != saved_name) return fmt::format("saved {} where {} belongs (another version's file)", saved_name, name);
    if (value != saved_value) return fmt::format("{}: saved {}, now {}", name, saved_value, value);
  }
  return std::nullopt;
}

fs::path write_checkpoint(const fs::path& folder, const Checkpoint& checkpoint, const model::ModelConfig& model,
                          std::int64_t keep) {
  make_folder(folder);
  require_room(folder, bytes_of(checkpoint));
  const auto steps = static_cast<std::int64_t>(checkpoint.history.size());
  H5File file = H5File::create(folder / fmt::format("step-{:06}.h5", steps));
  write_provenance(file, schema, checkpoint.provenance);
  write_identity(file, checkpoint.identity);
  file.write_attribute("step", steps);
  file.write_attribute("train_kv", static_cast<std::int64_t>(checkpoint.train_kv));
  file.write_attribute("train_bias", static_cast<std::int64_t>(checkpoint.train_bias));
  file.write_attribute("micro_batch", checkpoint.micro_batch);
  file.write_attribute("sampler_position", checkpoint.sampler_position);
  write_heads(file, checkpoint.heads, model);
  write_slices(file, checkpoint, model);
  write_history(file, checkpoint.history);
  file.commit();
  remove_all_but(folder, keep);
  return file.path();
}

Checkpoint read_checkpoint(const fs::path& path, const model::ModelConfig& model) {
  const H5File file = H5File::open(path);
  require_schema(file, schema);
  Checkpoint checkpoint;
  checkpoint.provenance = read_provenance(file);
  checkpoint.identity = read_identity(file);
  checkpoint.heads = read_heads(file, model);
  checkpoint.train_kv = file.read_attribute<std::int64_t>("train_kv") != 0;
  checkpoint.train_bias = file.read_attribute<std::int64_t>("train_bias") != 0;
  checkpoint.micro_batch = file.read_attribute<std::int64_t>("micro_batch");
  checkpoint.sampler_position = file.read_attribute<std::int64_t>("sampler_position");
  read_slices(file, model, checkpoint);
  checkpoint.history = read_history(file);
  checkpoint.moments.step = file.read_attribute<std::int64_t>("step");
  validate(
      checkpoint.moments.step == static_cast<std::int64_t>(checkpoint.history.size()) && checkpoint.micro_batch > 0,
      "{}: its step, history and micro_batch do not belong together (damaged)", path.string());
  return checkpoint;
}

std::vector<fs::path> checkpoint_files(const fs::path& folder) {
  std::map<std::int64_t, fs::path> by_step;
  if (fs::exists(folder))
    for (const auto& entry : fs::directory_iterator(folder))
      if (const auto step = step_of(entry.path())) by_step[*step] = entry.path();
  std::vector<fs::path> files;
  for (const auto& [step, file] : by_step) files.push_back(file);
  return files;
}

std::optional<SavedCheckpoint> newest_checkpoint(const fs::path& folder, const model::ModelConfig& model) {
  const std::vector<fs::path> files = checkpoint_files(folder);
  for (auto file = files.rbegin(); file != files.rend(); ++file) try {
      return SavedCheckpoint{*file, read_checkpoint(*file, model)};
    } catch (const UserError& error) {
      log_warning("{}; the checkpoint before it is used", error.what());
    }
  return std::nullopt;
}

}  // namespace pinpoint::io
