#include "model/pretrained/model_directory.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>

#include "model/pretrained/finite.h"
#include "model/pretrained/model_config_file.h"
#include "model/pretrained/model_tensors.h"
#include "model/pretrained/tensor_checksum.h"
#include "system/base/check.h"
#include "system/base/digest.h"
#include "system/files/text_file.h"

namespace pinpoint::pretrained {
namespace {

std::string read_config(const std::filesystem::path& directory) {
  std::error_code unknown;  // an error counts as no directory
  validate(is_directory(directory, unknown),
           "{}: is not a directory; give the directory that holds the model's config.json", directory.string());
  return files::read_file(directory / "config.json");
}

/// The index along every dimension of the element at `position` in row-major order.
std::vector<std::int64_t> unravel(std::int64_t position, const std::vector<std::int64_t>& shape) {
  std::vector<std::int64_t> index(shape.size());
  for (std::size_t i = shape.size(); i-- > 0; position /= shape[i]) index[i] = position % shape[i];
  return index;
}

bool is_weight_type(at::ScalarType type) { return type == at::kFloat || type == at::kHalf || type == at::kBFloat16; }

void check_type_and_shape(const TensorEntry& entry, const std::vector<std::int64_t>& shape, const std::string& where) {
  validate(is_weight_type(entry.dtype), "{}: has type {} (weights must be F32, F16 or BF16); convert the checkpoint",
           where, entry.type_name());
  validate(entry.shape == shape,
           "{}: has shape [{}] (by config.json it must be [{}]); check that config.json and weights belong together",
           where, fmt::join(entry.shape, ", "), fmt::join(shape, ", "));
}

/// \param first_byte of the chunk, counted in the tensor
void check_finite(std::string_view chunk, std::int64_t first_byte, const TensorEntry& entry, const std::string& where) {
  const auto found = first_not_finite(chunk, entry.dtype);
  if (!found) return;
  const std::int64_t first_element = first_byte / static_cast<std::int64_t>(c10::elementSize(entry.dtype));
  throw UserError(
      fmt::format("{}: is NaN or infinite at index [{}] (the checkpoint is damaged, or its training diverged); "
                  "copy it again or choose another",
                  where, fmt::join(unravel(first_element + *found, entry.shape), ", ")));
}

}  // namespace

ModelDirectory::ModelDirectory(const std::filesystem::path& directory, ChecksumCache cache)
    : path_(directory), config_text_(read_config(directory)),
      config_(parse_model_config(config_text_, (directory / "config.json").string())), files_(directory),
      checksums_(files_, std::move(cache)), tie_(find_embedding_tie(config_, files_, directory.string())),
      model_tensors_(pretrained::model_tensors(config_, files_)) {
  config_.tied_embeddings = tie_.tied;
}

std::string ModelDirectory::stored_name(const std::string& name) const {
  const transformer::TensorNames& names = transformer::family_of(config_.architecture).names;
  return tie_.stored_as_unembedding && name == weight_name(names.embedding) ? weight_name(names.unembedding) : name;
}

ModelDirectory::Found ModelDirectory::find(const std::string& asked) const {
  const std::string name = stored_name(asked);
  const auto found = files_.tensors().find(name);
  if (found == files_.tensors().end()) throw UserError(missing_tensor(name, files_, config_, path_.string()));
  const SafetensorsFile& file = *found->second;
  return {name, file, file.entry(name), fmt::format("{}: tensor \"{}\"", file.path().string(), name)};
}

void ModelDirectory::require_complete() const {
  const transformer::TensorNames& names = transformer::family_of(config_.architecture).names;
  find(weight_name(names.embedding));
  find(weight_name(names.final_norm));
  if (!config_.tied_embeddings) find(weight_name(names.unembedding));
  const std::vector<std::string> in_layer = layer_tensors(config_.architecture);
  for (std::int64_t layer = 0; layer < config_.layers; ++layer)
    for (const std::string& name : in_layer) find(fmt::format("{}.{}.{}", names.layers, layer, name));
}

at::Tensor ModelDirectory::read(const std::string& name, const std::vector<std::int64_t>& shape) {
  const Found found = find(name);
  check_type_and_shape(found.entry, shape, found.where);
  at::Tensor tensor = at::empty(shape, found.entry.dtype);
  read_bytes(found, {0, static_cast<std::int64_t>(tensor.nbytes())}, [&](std::int64_t begin, std::string_view bytes) {
    std::memcpy(static_cast<char*>(tensor.data_ptr()) + begin, bytes.data(), bytes.size());
  });
  return tensor;
}

void ModelDirectory::read_range(const std::string& name, const std::vector<std::int64_t>& shape, parallel::Range range,
                                const Visit& visit) {
  const Found found = find(name);
  check_type_and_shape(found.entry, shape, found.where);
  const auto size = static_cast<std::int64_t>(c10::elementSize(found.entry.dtype));
  read_bytes(found, {range.begin * size, range.end * size}, [&](std::int64_t begin, std::string_view bytes) {
    const auto count = static_cast<std::int64_t>(bytes.size()) / size;
    visit(begin / size, at::from_blob(const_cast<char*>(bytes.data()), {count}, found.entry.dtype));
  });
}

/// Chunk by chunk. The caller that reads the first byte of a chunk without a known checksum reads the whole chunk.
void ModelDirectory::read_bytes(const Found& found, parallel::Range range, const VisitBytes& visit) {
  if (range.size() == 0) return;
  constexpr auto chunk = static_cast<std::int64_t>(TensorChecksum::chunk_bytes);
  const TensorEntry& entry = found.entry;
  const auto all = static_cast<std::int64_t>(entry.bytes());
  const bool is_known = checksums_.find(found.name).has_value();
  const at::Tensor buffer = at::empty({std::min(chunk, all)}, at::kByte);
  auto* const bytes = static_cast<char*>(buffer.data_ptr());

  for (std::int64_t number = range.begin / chunk; number * chunk < range.end; ++number) {
    const std::int64_t chunk_begin = number * chunk, chunk_end = std::min(all, chunk_begin + chunk);
    const bool is_hashed = !is_known && chunk_begin >= range.begin;
    const std::int64_t begin = std::max(range.begin, chunk_begin);
    const std::int64_t wanted = std::min(range.end, chunk_end), end = is_hashed ? chunk_end : wanted;
    const std::string_view read(bytes, static_cast<std::size_t>(end - begin));
    found.file.read(entry, static_cast<std::uint64_t>(begin), bytes, read.size());
    if (is_weight_type(entry.dtype)) check_finite(read, begin, entry, found.where);
    if (is_hashed) checksums_.add_chunk(found.name, number, TensorChecksum::digest_of(read));
    visit(begin, read.substr(0, static_cast<std::size_t>(wanted - begin)));
  }
}

void ModelDirectory::check_share(int rank, int ranks, const std::function<void(double share)>& on_progress) {
  constexpr auto chunk = static_cast<std::int64_t>(TensorChecksum::chunk_bytes);
  std::vector<std::pair<Found, std::int64_t>> unknown;  // tensor, its chunks
  std::int64_t chunks = 0;
  for (const std::string& name : model_tensors_) {
    if (checksums_.find(name)) continue;
    const Found found = find(name);
    unknown.emplace_back(found, TensorChecksum::chunks_of(found.entry.bytes()));
    chunks += unknown.back().second;
  }
  const std::int64_t begin = chunks * rank / ranks, end = chunks * (rank + 1) / ranks;
  std::int64_t before = 0, done = 0;
  for (const auto& [found, count] : unknown) {
    const std::int64_t first = std::max(begin, before) - before, last = std::min(end, before + count) - before;
    const auto all = static_cast<std::int64_t>(found.entry.bytes());
    if (first < last)
      read_bytes(found, {first * chunk, std::min(all, last * chunk)}, [&](std::int64_t, std::string_view) {
        if (on_progress) on_progress(static_cast<double>(++done) / static_cast<double>(end - begin));
      });
    before += count;
  }
}

std::string ModelDirectory::fingerprint() {
  Sha256 digest;
  digest.add_field(config_text_).add_field(files_.index_text());
  for (const std::string& name : model_tensors_) {
    const TensorEntry& entry = find(name).entry;
    digest.add_field(name).add_field(fmt::format("{}", fmt::join(entry.shape, ",")));
    digest.add_field(entry.type_name()).add_field(checksum(name));
  }
  checksums_.save();
  return digest.hex();
}

std::string ModelDirectory::checksum(const std::string& name) {
  if (const auto known = checksums_.find(name)) return *known;
  const Found found = find(name);
  read_bytes(found, {0, static_cast<std::int64_t>(found.entry.bytes())}, [](std::int64_t, std::string_view) {});
  return checksums_.find(name).value_or(TensorChecksum().hex());  // an empty tensor has no chunks
}

}  // namespace pinpoint::pretrained
