#include "study/results/checkpoint_file.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <sstream>
#include <string_view>

#include "study/results/checkpoint_metadata.h"
#include "study/results/full_checkpoint.h"
#include "study/results/record_file.h"
#include "study/results/tensor_values.h"
#include "system/base/check.h"
#include "system/base/log.h"
#include "system/files/text_file.h"
#include "system/hdf5/seal.h"
#include "system/parallel/agreement.h"
#include "system/parallel/collectives.h"

namespace pinpoint::results {
namespace {

namespace fs = std::filesystem;
using tuning::Slice;

constexpr std::string_view checkpoint_schema = "checkpoint";

bool counts_groups(const Slice& slice) {
  return slice.matrix == transformer::Matrix::key || slice.matrix == transformer::Matrix::value;
}

/// The scales of a slice's data sets. The first lists the heads or key/value groups of its layer.
std::vector<std::string> axes_of(const Slice& slice) {
  const std::string blocks = fmt::format("tuned/layers.{}/{}", slice.layer, counts_groups(slice) ? "group" : "head");
  switch (slice.part) {
    case Slice::Part::rows: return {blocks, "head_column", "width"};
    case Slice::Part::columns: return {blocks, "width", "head_column"};
    default: return {blocks, "head_column"};
  }
}

void write_slices(hdf5::H5File& file, const Checkpoint& checkpoint, const transformer::ModelConfig& model) {
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

at::Tensor read_tensor(const hdf5::H5File& file, const std::string& name, const std::vector<std::int64_t>& shape) {
  const std::vector<float> values = file.read<float>(name);
  validate(file.describe(name).shape == shape, "{}: data set {} has another shape than this model's heads give it; {}",
           file.path().string(), name, "name the model that was tuned");
  at::Tensor tensor = at::empty(shape, at::kFloat);
  std::copy(values.begin(), values.end(), tensor.data_ptr<float>());
  return tensor;
}

void read_slices(const hdf5::H5File& file, const transformer::ModelConfig& model, Checkpoint& checkpoint) {
  for (const Slice& slice : slices_of(checkpoint, model)) {
    const std::string name = slice.name();
    const std::vector<std::int64_t> shape = tuning::shape_of(slice, model);
    checkpoint.values.push_back(read_tensor(file, "tuned/" + name, shape));
    checkpoint.moments.exp_avg.push_back(read_tensor(file, "adamw/" + name + "/exp_avg", shape));
    checkpoint.moments.exp_avg_sq.push_back(read_tensor(file, "adamw/" + name + "/exp_avg_sq", shape));
  }
}

void write_heads(hdf5::H5File& file, const std::vector<HeadId>& heads, const transformer::ModelConfig& model) {
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

std::vector<HeadId> read_heads(const hdf5::H5File& file, const transformer::ModelConfig& model) {
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

std::int64_t bytes_of(const Checkpoint& checkpoint) {
  std::int64_t bytes = 1 << 20;  // names, history, attributes
  for (const at::Tensor& value : checkpoint.values) bytes += 3 * static_cast<std::int64_t>(value.nbytes());
  return bytes + static_cast<std::int64_t>(checkpoint.history.size() * sizeof(TuneStep));
}

/// The list of rank 0, on every rank.
std::vector<fs::path> newest_first(const fs::path& folder, const parallel::Communicator& ranks) {
  std::string names;
  parallel::together(ranks, [&] {
    if (!ranks.is_root()) return;
    for (const fs::path& file : checkpoint_files(folder)) names = file.filename().string() + "\n" + names;
  });
  std::istringstream lines(parallel::broadcast(ranks, names, 0));
  std::vector<fs::path> files;
  for (std::string name; std::getline(lines, name);) files.push_back(folder / name);
  return files;
}

/// \pre the seal of the file was compared
Checkpoint read_either(const fs::path& path, const transformer::ModelConfig& model) {
  const auto kind = hdf5::H5File::open(path, hdf5::SealCheck::done_before).read_attribute<std::string>("schema");
  return kind == full_checkpoint_schema ? read_full_metadata(path, model, hdf5::SealCheck::done_before)
                                        : read_checkpoint(path, model, hdf5::SealCheck::done_before);
}

}  // namespace

std::vector<Slice> slices_of(const Checkpoint& checkpoint, const transformer::ModelConfig& model) {
  tuning::TuneOptions options;
  options.train_kv = checkpoint.train_kv;
  options.train_bias = checkpoint.train_bias;
  return tuning::head_slices(model, checkpoint.heads, options);
}

std::optional<std::string> difference(const Checkpoint& saved, const std::string& model_sha256,
                                      const std::vector<HeadId>& heads, const tuning::Identity& identity) {
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

fs::path write_checkpoint(const fs::path& folder, const Checkpoint& checkpoint, const transformer::ModelConfig& model,
                          std::int64_t keep) {
  files::make_folder(folder);
  require_room(folder, bytes_of(checkpoint));
  hdf5::H5File file = hdf5::H5File::create(checkpoint_path(folder, std::ssize(checkpoint.history)));
  write_metadata(file, checkpoint_schema, checkpoint);
  file.write_attribute("train_kv", static_cast<std::int64_t>(checkpoint.train_kv));
  file.write_attribute("train_bias", static_cast<std::int64_t>(checkpoint.train_bias));
  write_heads(file, checkpoint.heads, model);
  write_slices(file, checkpoint, model);
  file.commit();
  remove_all_but(folder, keep);
  return file.path();
}

Checkpoint read_checkpoint(const fs::path& path, const transformer::ModelConfig& model, hdf5::SealCheck seal) {
  const hdf5::H5File file = hdf5::H5File::open(path, seal);
  Checkpoint checkpoint = read_metadata(file, checkpoint_schema);
  checkpoint.heads = read_heads(file, model);
  checkpoint.train_kv = file.read_attribute<std::int64_t>("train_kv") != 0;
  checkpoint.train_bias = file.read_attribute<std::int64_t>("train_bias") != 0;
  read_slices(file, model, checkpoint);
  return checkpoint;
}

std::optional<SavedCheckpoint> newest_checkpoint(const fs::path& folder, const transformer::ModelConfig& model,
                                                 const parallel::Communicator& ranks) {
  for (const fs::path& file : newest_first(folder, ranks)) try {
      hdf5::require_intact(file, ranks);
      std::optional<Checkpoint> checkpoint;
      parallel::together(ranks, [&] { checkpoint = read_either(file, model); });
      return SavedCheckpoint{file, std::move(*checkpoint)};
    } catch (const UserError& error) {
      if (ranks.is_root()) log_warning("{}; the checkpoint before it is used", error.what());
    }
  return std::nullopt;
}

}  // namespace pinpoint::results
