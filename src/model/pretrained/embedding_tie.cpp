#include "model/pretrained/embedding_tie.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <fmt/format.h>

#include <algorithm>

#include "model/pretrained/model_tensors.h"

namespace pinpoint::pretrained {
namespace {

/// A tensor's file and entry.
struct StoredTable {
  const SafetensorsFile& file;
  const TensorEntry& entry;

  StoredTable(const WeightFiles& files, const std::string& name)
      : file(*files.tensors().at(name)), entry(file.entry(name)) {}

  at::Tensor elements(std::int64_t begin, std::int64_t count) const {
    at::Tensor read = at::empty({count}, entry.dtype);
    file.read(entry, static_cast<std::uint64_t>(begin) * read.element_size(), static_cast<char*>(read.data_ptr()),
              read.nbytes());
    return read.to(at::kFloat);
  }
};

/// Whether both have the same shape and values. Tables of types that are no weights differ; loading refuses them.
bool equal_tables(const StoredTable& one, const StoredTable& other) {
  constexpr std::int64_t piece = 1 << 20;
  if (one.entry.shape != other.entry.shape || !c10::isFloatingType(one.entry.dtype) ||
      !c10::isFloatingType(other.entry.dtype))
    return false;
  const auto elements = static_cast<std::int64_t>(one.entry.bytes() / c10::elementSize(one.entry.dtype));
  for (std::int64_t begin = 0; begin < elements; begin += piece) {
    const std::int64_t count = std::min(piece, elements - begin);
    if (!at::equal(one.elements(begin, count), other.elements(begin, count))) return false;
  }
  return true;
}

}  // namespace

EmbeddingTie find_embedding_tie(const transformer::ModelConfig& config, const WeightFiles& files,
                                const std::string& folder) {
  if (!config.tied_embeddings) return {};
  const transformer::TensorNames& names = transformer::family_of(config.architecture).names;
  const std::string embedding = weight_name(names.embedding), unembedding = weight_name(names.unembedding);
  if (!files.tensors().contains(unembedding)) return {.tied = true};
  if (!files.tensors().contains(embedding))
    return {.tied = true,
            .stored_as_unembedding = true,
            .warning = fmt::format("{}: holds no tensor \"{}\"; \"{}\" is used in its place, because config.json says "
                                   "\"tie_word_embeddings\": true",
                                   folder, embedding, unembedding)};
  if (equal_tables({files, embedding}, {files, unembedding})) return {.tied = true};
  return {.warning =
              fmt::format("{}: config.json says \"tie_word_embeddings\": true, but \"{}\" and \"{}\" differ; each "
                          "is used for what it is named, as in transformers 5 (earlier versions use the "
                          "embedding for both). Set that key to false for the same result everywhere",
                          folder, embedding, unembedding)};
}

}  // namespace pinpoint::pretrained
