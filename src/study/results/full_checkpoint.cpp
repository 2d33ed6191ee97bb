#include "study/results/full_checkpoint.h"

#include <ATen/ops/empty.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <string>

#include "study/results/checkpoint_folder.h"
#include "study/results/checkpoint_metadata.h"
#include "study/results/record_file.h"
#include "study/results/tensor_values.h"
#include "study/results/weight_vectors.h"
#include "system/base/check.h"
#include "system/files/atomic_file.h"
#include "system/files/text_file.h"
#include "system/hdf5/h5_file_parallel.h"
#include "system/hdf5/seal.h"
#include "system/parallel/agreement.h"

namespace pinpoint::results {
namespace {

namespace fs = std::filesystem;
using weights::WeightUnit;

constexpr std::array kinds{"master", "exp_avg", "exp_avg_sq"};

std::string path_of(const std::string& vector, const char* kind) { return fmt::format("full/{}/{}", vector, kind); }

/// The tensors of one of `kinds`.
template <class AnyCheckpoint>
auto& tensors_of(AnyCheckpoint& checkpoint, std::string_view kind) {
  if (kind == "exp_avg") return checkpoint.moments.exp_avg;
  return kind == "exp_avg_sq" ? checkpoint.moments.exp_avg_sq : checkpoint.values;
}

/// function(part) of every part.
template <class T, class Function>
std::vector<T> column(const std::vector<VectorPart>& parts, Function function) {
  std::vector<T> values;
  for (const VectorPart& part : parts) values.push_back(function(part));
  return values;
}

/// Writes where a layer's tensors are in its vector.
void write_parts(hdf5::H5File& file, const transformer::ModelConfig& model) {
  const std::vector<VectorPart> parts = vector_parts(model);
  file.write_scale("layer_part", column<std::string>(parts, [](const VectorPart& p) { return p.name; }));
  const auto write = [&](const char* name, const auto& values) { file.write(name, values, {"layer_part"}); };
  const auto columns_of = [](const VectorPart& p) { return p.part.shape.size() == 2 ? p.part.shape[1] : 1; };
  write("layer_parts/first_element", column<std::int64_t>(parts, [](const VectorPart& p) { return p.first; }));
  write("layer_parts/rows", column<std::int64_t>(parts, [](const VectorPart& p) { return p.part.shape[0]; }));
  write("layer_parts/columns", column<std::int64_t>(parts, columns_of));
  write("layer_parts/tensor", column<std::string>(parts, [](const VectorPart& p) { return p.part.stored_name; }));
  write("layer_parts/tensor_row",
        column<std::int64_t>(parts, [&](const VectorPart& p) { return p.part.stored_first / columns_of(p); }));
}

void prepare_vectors(hdf5::H5File& file, const transformer::ModelConfig& model) {
  file.write_scale("width", counted(model.width));
  for (const WeightVector& vector : weight_vectors(model)) {
    if (!file.contains(vector.axis)) file.write_length(vector.axis, vector.elements);
    for (const char* kind : kinds) file.prepare(path_of(vector.name, kind), hdf5::H5Type::float32, vector.axis);
  }
}

/// Size of the file, with partly filled chunks and HDF5's own tables.
std::int64_t bytes_of(const Checkpoint& checkpoint, const transformer::ModelConfig& model) {
  constexpr std::int64_t checksum_and_place = 128, tables = 8 << 10;
  std::int64_t bytes = 1 << 20;  // names, history, attributes
  for (const WeightVector& vector : weight_vectors(model)) {
    const std::int64_t chunk = hdf5::H5File::even_chunk(vector.elements);
    const std::int64_t chunks = (vector.elements + chunk - 1) / chunk;
    bytes += std::ssize(kinds) * (tables + chunks * (chunk * std::int64_t{sizeof(float)} + checksum_and_place));
  }
  return bytes + static_cast<std::int64_t>(checkpoint.history.size() * sizeof(TuneStep));
}

/// Makes NAME.tmp with everything except the values, and reserves space for them. Called by one rank.
std::unique_ptr<files::AtomicFile> begin_file(const fs::path& path, const Checkpoint& checkpoint,
                                              const transformer::ModelConfig& model) {
  const std::int64_t bytes = bytes_of(checkpoint, model);
  files::make_folder(path.parent_path());
  require_room(path.parent_path(), bytes);
  hdf5::H5File file = hdf5::H5File::create(path);
  write_metadata(file, full_checkpoint_schema, checkpoint);
  file.write_attribute("vocabulary", model.vocabulary);
  write_parts(file, model);
  prepare_vectors(file, model);
  std::unique_ptr<files::AtomicFile> target = file.hand_over();
  target->reserve(bytes);
  return target;
}

/// This rank's pieces of a vector, ascending.
std::vector<hdf5::H5Piece> pieces_of(const std::string& vector, const std::vector<WeightUnit>& units,
                                     const tuning::Tensors& tensors) {
  std::vector<hdf5::H5Piece> pieces;
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (units[i].vector() != vector || units[i].own.size() == 0) continue;
    PINPOINT_EXPECT(tensors[i].numel() == units[i].own.size());
    pieces.push_back({units[i].begin + units[i].own.begin, values_of(tensors[i])});
  }
  std::ranges::sort(pieces, {}, &hdf5::H5Piece::first);
  return pieces;
}

void fill_vectors(const fs::path& temporary, const Checkpoint& checkpoint, const std::vector<WeightUnit>& units,
                  const transformer::ModelConfig& model, const parallel::Communicator& ranks) {
  hdf5::ParallelH5File file(temporary, ranks);
  for (const WeightVector& vector : weight_vectors(model))
    for (const char* kind : kinds)
      file.write(path_of(vector.name, kind), pieces_of(vector.name, units, tensors_of(checkpoint, kind)));
  file.close();
}

void require_vectors(const hdf5::H5File& file, const transformer::ModelConfig& model) {
  const auto require = [&](bool fits, const std::string& what) {
    validate(fits, "{}: {}; name the model that was tuned", file.path().string(), what);
  };
  for (const WeightVector& vector : weight_vectors(model))
    for (const char* kind : kinds) {
      const std::string name = path_of(vector.name, kind);
      require(file.contains(name), fmt::format("data set {} is missing, which this model has", name));
      const hdf5::H5DataSet found = file.describe(name);
      require(found.type == hdf5::H5Type::float32 && found.shape == std::vector{vector.elements},
              fmt::format("data set {} has another shape than this model gives it, [{}] where [{}] belongs", name,
                          fmt::join(found.shape, ", "), vector.elements));
    }
  require(!model.tied_embeddings || !file.contains("full/unembedding"),
          "has an unembedding of its own, but this model's is its embedding");
  // Vectors of the same length may consist of other parts.
  const std::vector<VectorPart> parts = vector_parts(model);
  require(file.read<std::string>("layer_part") == column<std::string>(parts, [](const auto& p) { return p.name; }) &&
              file.read<std::int64_t>("layer_parts/first_element") ==
                  column<std::int64_t>(parts, [](const auto& p) { return p.first; }) &&
              file.read<std::int64_t>("layer_parts/rows") ==
                  column<std::int64_t>(parts, [](const auto& p) { return p.part.shape[0]; }) &&
              file.read_attribute<std::int64_t>("vocabulary") == model.vocabulary,
          "its vectors are made of tensors of other shapes than this model has");
  require(!file.contains(fmt::format("full/layers.{}", model.layers)),
          fmt::format("has more than the {} layers of this model", model.layers));
}

}  // namespace

fs::path write_full_checkpoint(const fs::path& folder, const Checkpoint& checkpoint,
                               const std::vector<WeightUnit>& units, const transformer::ModelConfig& model,
                               std::int64_t keep, const parallel::Communicator& ranks) {
  PINPOINT_EXPECT(checkpoint.values.size() == units.size() && checkpoint.moments.exp_avg.size() == units.size() &&
                  checkpoint.moments.exp_avg_sq.size() == units.size());
  const fs::path path = checkpoint_path(folder, std::ssize(checkpoint.history));
  const fs::path temporary = files::AtomicFile::temporary_of(path);
  std::unique_ptr<files::AtomicFile> target;  // only on rank 0; its destructor removes the file unless it was committed
  parallel::together(ranks, [&] {
    if (ranks.is_root()) target = begin_file(path, checkpoint, model);
  });
  fill_vectors(temporary, checkpoint, units, model, ranks);
  const std::string seal = hdf5::block_seal_of(temporary, ranks);
  parallel::together(ranks, [&] {
    if (!ranks.is_root()) return;
    target->append(seal);
    target->commit();
    remove_all_but(folder, keep);
  });
  return path;
}

Checkpoint read_full_metadata(const fs::path& path, const transformer::ModelConfig& model, hdf5::SealCheck seal) {
  const hdf5::H5File file = hdf5::H5File::open(path, seal);
  Checkpoint checkpoint = read_metadata(file, full_checkpoint_schema);
  require_vectors(file, model);
  return checkpoint;
}

void read_full_values(const fs::path& path, const std::vector<WeightUnit>& units, Checkpoint& checkpoint) {
  const hdf5::H5File file = hdf5::H5File::open(path, hdf5::SealCheck::done_before);
  for (const char* kind : kinds) {
    tuning::Tensors& tensors = tensors_of(checkpoint, kind);
    tensors.clear();
    for (const WeightUnit& unit : units) {
      at::Tensor values = at::empty({unit.own.size()}, at::kFloat);
      file.read_values(path_of(unit.vector(), kind), unit.begin + unit.own.begin,
                       {values.data_ptr<float>(), static_cast<std::size_t>(values.numel())});
      tensors.push_back(std::move(values));
    }
  }
}

}  // namespace pinpoint::results
