#include "study/results/full_tensors.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "model/pretrained/model_tensors.h"
#include "study/results/weight_vectors.h"
#include "system/base/check.h"

namespace pinpoint::results {

FullTensors::FullTensors(const transformer::ModelConfig& model, hdf5::H5File file, transformer::DType dtype,
                         const weights::TensorSource& stored)
    : file_(std::move(file)) {
  const transformer::TensorNames& names = transformer::family_of(model.architecture).names;
  const at::ScalarType matrices = dtype == transformer::DType::bf16 ? at::kBFloat16 : at::kFloat;
  const auto add_table = [&](std::string_view name, const std::string& vector) {
    const std::int64_t elements = model.vocabulary * model.width;
    tensors_[pretrained::weight_name(name)] = {{model.vocabulary, model.width}, matrices, {{vector, 0, elements, 0}}};
  };
  // A tied matrix is in the files under one name or under both.
  const auto is_stored = [&](std::string_view name) { return stored.contains(pretrained::weight_name(name)); };
  if (!model.tied_embeddings || is_stored(names.embedding)) add_table(names.embedding, "embedding");
  if (!model.tied_embeddings || is_stored(names.unembedding))
    add_table(names.unembedding, model.tied_embeddings ? "embedding" : "unembedding");
  tensors_[pretrained::weight_name(names.final_norm)] = {
      {model.width}, at::kFloat, {{"final_norm", 0, model.width, 0}}};
  const std::vector<VectorPart> parts = vector_parts(model);
  for (std::int64_t layer = 0; layer < model.layers; ++layer)
    for (const auto& [part_name, first, part] : parts) {
      Stored& tensor = tensors_[fmt::format("{}.{}.{}", names.layers, layer, part.stored_name)];
      tensor.shape = part.stored_shape;
      tensor.dtype = part.shape.size() == 2 ? matrices : at::kFloat;
      tensor.places.push_back({fmt::format("layers.{}", layer), first, part.elements(), part.stored_first});
    }
}

std::vector<std::string> FullTensors::names() const {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : tensors_) names.push_back(name);
  return names;
}

at::Tensor FullTensors::tuned(const std::string& name, const at::Tensor& stored) const {
  const Stored& tensor = tensors_.at(name);
  validate(stored.sizes() == tensor.shape, "{}: has [{}] values of {} where the model has [{}]; name its own files",
           file_.path().string(), fmt::join(tensor.shape, ", "), name, fmt::join(stored.sizes().vec(), ", "));
  at::Tensor whole = at::empty(tensor.shape, tensor.dtype);
  for (const Place& place : tensor.places) read(place, whole);
  return whole;
}

/// Reads in pieces, so that no float32 copy of a large bf16 tensor is held.
void FullTensors::read(const Place& place, at::Tensor& whole) const {
  constexpr std::int64_t piece = 1 << 24;
  std::vector<float> values;
  for (std::int64_t done = 0; done < place.elements; done += piece) {
    values.resize(static_cast<std::size_t>(std::min(piece, place.elements - done)));
    file_.read_values(fmt::format("full/{}/master", place.vector), place.first + done, values);
    weights::copy_elements(at::from_blob(values.data(), {std::ssize(values)}, at::kFloat), whole,
                           place.stored_first + done);
  }
}

}  // namespace pinpoint::results
