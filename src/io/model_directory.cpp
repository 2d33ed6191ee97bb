#include "io/model_directory.h"

#include <fmt/ranges.h>

#include "base/check.h"
#include "base/digest.h"
#include "io/finite.h"
#include "io/model_config_file.h"
#include "io/tensor_checksum.h"
#include "io/text_file.h"

namespace pinpoint::io {
namespace {

std::string read_config(const std::filesystem::path& directory) {
  std::error_code unknown;  // counts as no directory
  validate(is_directory(directory, unknown),
           "{}: is not a directory; give the directory that holds the model's config.json", directory.string());
  return read_file(directory / "config.json");
}

/// Calls visit(chunk, first element) for every chunk of a tensor's data in order.
template <class Visit>
void for_each_chunk(const at::Tensor& tensor, Visit visit) {
  const std::string_view bytes(static_cast<const char*>(tensor.data_ptr()), tensor.nbytes());
  for (std::size_t begin = 0; begin < bytes.size(); begin += TensorChecksum::chunk_bytes)
    visit(bytes.substr(begin, TensorChecksum::chunk_bytes), static_cast<std::int64_t>(begin / tensor.itemsize()));
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

at::Tensor ModelDirectory::read(const std::string& name, const std::vector<std::int64_t>& shape) {
  const auto found = files_.tensors().find(name);
  validate(found != files_.tensors().end(),
           "{}: tensor \"{}\" is missing (by config.json the model has it); check that the checkpoint is complete",
           path_.string(), name);
  const SafetensorsFile& file = *found->second;
  const TensorEntry& entry = file.entry(name);
  const std::string where = fmt::format("{}: tensor \"{}\"", file.path().string(), name);
  check_type_and_shape(entry, shape, where);

  const at::Tensor tensor = file.tensor(name);
  const bool known = checksums_.find(name).has_value();
  TensorChecksum checksum;
  for_each_chunk(tensor, [&](std::string_view chunk, std::int64_t first_element) {
    check_finite(chunk, first_element, entry, where);
    if (!known) checksum.add_chunk(chunk);
  });
  if (!known) checksums_.add(name, checksum.hex());
  return tensor;
}

std::string ModelDirectory::fingerprint() {
  Sha256 digest;
  digest.add_field(config_text_).add_field(files_.index_text());
  for (const auto& [name, file] : files_.tensors()) {
    const TensorEntry& entry = file->entry(name);
    digest.add_field(name).add_field(fmt::format("{}", fmt::join(entry.shape, ",")));
    digest.add_field(safetensors_dtype_name(entry.dtype)).add_field(checksum(name, *file));
  }
  checksums_.save();
  return digest.hex();
}

std::string ModelDirectory::checksum(const std::string& name, const SafetensorsFile& file) {
  if (const auto known = checksums_.find(name)) return *known;
  TensorChecksum checksum;
  for_each_chunk(file.tensor(name), [&](std::string_view chunk, std::int64_t) { checksum.add_chunk(chunk); });
  checksums_.add(name, checksum.hex());
  return checksum.hex();
}

}  // namespace pinpoint::io
