#include "model/pretrained/model_directory.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>

#include "model/pretrained/finite.h"
#include "model/pretrained/model_config_file.h"
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

void check_type_and_shape(const TensorEntry& entry, const std::vector<std::int64_t>& shape, const std::string& where) {
  using enum at::ScalarType;
  validate(entry.dtype == Float || entry.dtype == Half || entry.dtype == BFloat16,
           "{}: has type {} (weights must be F32, F16 or BF16); convert the checkpoint", where,
           safetensors_dtype_name(entry.dtype));
  validate(entry.shape == shape,
           "{}: has shape [{}] (by config.json it must be [{}]); check that config.json and weights belong together",
           where, fmt::join(entry.shape, ", "), fmt::join(shape, ", "));
}

void check_finite(std::string_view chunk, std::int64_t first_element, const TensorEntry& entry,
                  const std::string& where) {
  const auto found = first_not_finite(chunk, entry.dtype);
  if (!found) return;
  throw UserError(
      fmt::format("{}: is NaN or infinite at index [{}] (the checkpoint is damaged, or its training diverged); "
                  "copy it again or choose another",
                  where, fmt::join(unravel(first_element + *found, entry.shape), ", ")));
}

}  // namespace

ModelDirectory::ModelDirectory(const std::filesystem::path& directory, ChecksumCache cache)
    : path_(directory), config_text_(read_config(directory)),
      config_(parse_model_config(config_text_, (directory / "config.json").string())), files_(directory),
      checksums_(files_, std::move(cache)) {}

ModelDirectory::Found ModelDirectory::find(const std::string& name) const {
  const auto found = files_.tensors().find(name);
  validate(found != files_.tensors().end(),
           "{}: tensor \"{}\" is missing (by config.json the model has it); check that the checkpoint is complete",
           path_.string(), name);
  const SafetensorsFile& file = *found->second;
  return {name, file, file.entry(name), fmt::format("{}: tensor \"{}\"", file.path().string(), name)};
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
  const auto all = static_cast<std::int64_t>(entry.end - entry.begin);
  const auto size = static_cast<std::int64_t>(c10::elementSize(entry.dtype));
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
    if (c10::isFloatingType(entry.dtype) && entry.dtype != at::kDouble)
      check_finite(read, begin / size, entry, found.where);
    if (is_hashed) checksums_.add_chunk(found.name, number, TensorChecksum::digest_of(read));
    visit(begin, read.substr(0, static_cast<std::size_t>(wanted - begin)));
  }
}

void ModelDirectory::check_share(int rank, int ranks, const std::function<void(double share)>& on_progress) {
  constexpr auto chunk = static_cast<std::int64_t>(TensorChecksum::chunk_bytes);
  std::vector<std::pair<Found, std::int64_t>> unknown;  // tensor, its chunks
  std::int64_t chunks = 0;
  for (const auto& [name, file] : files_.tensors()) {
    if (checksums_.find(name)) continue;
    const TensorEntry& entry = file->entry(name);
    unknown.emplace_back(find(name), TensorChecksum::chunks_of(entry.end - entry.begin));
    chunks += unknown.back().second;
  }
  const std::int64_t begin = chunks * rank / ranks, end = chunks * (rank + 1) / ranks;
  std::int64_t before = 0, done = 0;
  for (const auto& [found, count] : unknown) {
    const std::int64_t first = std::max(begin, before) - before, last = std::min(end, before + count) - before;
    const auto all = static_cast<std::int64_t>(found.entry.end - found.entry.begin);
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
  for (const auto& [name, file] : files_.tensors()) {
    const TensorEntry& entry = file->entry(name);
    digest.add_field(name).add_field(fmt::format("{}", fmt::join(entry.shape, ",")));
    digest.add_field(safetensors_dtype_name(entry.dtype)).add_field(checksum(name));
  }
  checksums_.save();
  return digest.hex();
}

std::string ModelDirectory::checksum(const std::string& name) {
  if (const auto known = checksums_.find(name)) return *known;
  const Found found = find(name);
  read_bytes(found, {0, static_cast<std::int64_t>(found.entry.end - found.entry.begin)},
             [](std::int64_t, std::string_view) {});
  return checksums_.find(name).value_or(TensorChecksum().hex());  // an empty tensor has no chunks
}

}  // namespace pinpoint::pretrained
