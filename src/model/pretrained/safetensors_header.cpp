#include "model/pretrained/safetensors_header.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <utility>

#include "system/base/check.h"
#include "system/files/json_text.h"

namespace pinpoint::pretrained {
namespace {

using nlohmann::json;

static_assert(std::endian::native == std::endian::little, "safetensors data is little-endian and is read unchanged");

constexpr std::uint64_t max_header_bytes = 100'000'000;

/// The types that LibTorch has. Tensors of others (U32, F8_E4M3, C64, ..) can only be copied.
constexpr std::array<std::pair<std::string_view, at::ScalarType>, 10> dtypes{{
    {"F64", at::ScalarType::Double},
    {"F32", at::ScalarType::Float},
    {"F16", at::ScalarType::Half},
    {"BF16", at::ScalarType::BFloat16},
    {"I64", at::ScalarType::Long},
    {"I32", at::ScalarType::Int},
    {"I16", at::ScalarType::Short},
    {"I8", at::ScalarType::Char},
    {"U8", at::ScalarType::Byte},
    {"BOOL", at::ScalarType::Bool},
}};

/// The product of the sizes, times the bytes of an element. The overflow check uses max(size, 1), which also keeps the
/// strides of empty tensors valid.
std::uint64_t byte_size(const std::vector<std::int64_t>& shape, std::size_t element_bytes, const std::string& where) {
  auto bytes = static_cast<std::int64_t>(element_bytes);
  bool empty = false, overflow = false;
  for (const std::int64_t size : shape) {
    empty |= size == 0;
    overflow |= __builtin_mul_overflow(bytes, std::max<std::int64_t>(size, 1), &bytes);
  }
  validate(!overflow, "{}: its shape has more elements than 64 bits can count (the header is damaged); copy it again",
           where);
  return empty ? 0 : static_cast<std::uint64_t>(bytes);
}

/// An entry's list of whole numbers from 0 to 2^63-1.
std::vector<std::int64_t> number_list(const json& entry, const char* key, const std::string& where) {
  const auto found = entry.find(key);
  validate(found != entry.end() && found->is_array(), "{}: has no list \"{}\" (the header is damaged); copy it again",
           where, key);
  std::vector<std::int64_t> numbers;
  for (const json& number : *found) {
    constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    validate(number.is_number_unsigned() && number.get<std::uint64_t>() <= largest,
             "{}: \"{}\" holds {} (expected whole numbers from 0 to 2^63-1: the header is damaged); copy it again",
             where, key, number.dump(-1, ' ', true));
    numbers.push_back(number.get<std::int64_t>());
  }
  return numbers;
}

void parse_type(const json& entry, const std::string& where, TensorEntry& tensor) {
  const auto found = entry.find("dtype");
  validate(found != entry.end() && found->is_string(), "{}: has no \"dtype\" (the header is damaged); copy it again",
           where);
  const auto& name = found->get_ref<const std::string&>();
  for (const auto& [known, dtype] : dtypes)
    if (known == name) tensor.dtype = dtype;
  if (tensor.dtype == at::ScalarType::Undefined) tensor.other_type = name;
}

/// The size of other types' elements is not known: only that such a tensor lies in the file is checked.
void check_bytes(const TensorEntry& tensor, std::uint64_t bytes, const std::string& where) {
  const bool is_known = tensor.dtype != at::ScalarType::Undefined;
  const std::uint64_t expected = byte_size(tensor.shape, is_known ? c10::elementSize(tensor.dtype) : 1, where);
  validate(!is_known || bytes == expected,
           "{}: has {} bytes of data, but shape [{}] of {} needs {} (the header is damaged); copy it again", where,
           bytes, fmt::join(tensor.shape, ", "), tensor.type_name(), expected);
}

/// \param data_begin where the data begins in the file, so `file_size` - `data_begin` bytes are data
TensorEntry parse_entry(const json& entry, std::uint64_t data_begin, std::uint64_t file_size,
                        const std::string& where) {
  validate(entry.is_object(), "{}: its entry is not an object (the header is damaged); copy it again", where);
  TensorEntry tensor;
  parse_type(entry, where, tensor);
  tensor.shape = number_list(entry, "shape", where);
  const auto offsets = number_list(entry, "data_offsets", where);
  validate(offsets.size() == 2 && offsets[0] <= offsets[1],
           "{}: \"data_offsets\" are not a begin and an end (the header is damaged); copy it again", where);
  const auto begin = static_cast<std::uint64_t>(offsets[0]), end = static_cast<std::uint64_t>(offsets[1]);
  validate(
      end <= file_size - data_begin,
      "{}: its data, bytes {} to {}, reaches beyond the {} bytes of data in the file (the file is truncated or its "
      "header is damaged); copy it again",
      where, begin, end, file_size - data_begin);
  check_bytes(tensor, end - begin, where);
  tensor.begin = data_begin + begin;
  tensor.end = data_begin + end;
  return tensor;
}

std::map<std::string, std::string> parse_metadata(const json& metadata, const std::string& file) {
  bool texts = metadata.is_object();
  for (const json& value : metadata) texts = texts && value.is_string();
  validate(texts, "{}: \"__metadata__\" does not map texts to texts (the header is damaged); copy it again", file);
  return metadata.get<std::map<std::string, std::string>>();
}

/// Checks that the tensors' data fill the rest of the file without overlap or hole.
void check_layout(const SafetensorsHeader& header, std::uint64_t data_begin, std::uint64_t file_size,
                  const std::string& file) {
  std::vector<const std::pair<const std::string, TensorEntry>*> order;
  for (const auto& named : header.tensors) order.push_back(&named);
  std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
    return std::pair(a->second.begin, a->second.end) < std::pair(b->second.begin, b->second.end);
  });
  std::uint64_t end = data_begin;
  const char* before = "the header";
  for (const auto* named : order) {
    const auto& [name, tensor] = *named;
    validate(tensor.begin >= end,
             "{}: the data of tensor \"{}\" overlaps that of {} (the header is damaged); copy it again", file, name,
             before);
    validate(tensor.begin == end,
             "{}: {} bytes before the data of tensor \"{}\" belong to no tensor (the header is damaged); "
             "copy it again",
             file, tensor.begin - end, name);
    end = tensor.end;
    before = name.c_str();
  }
  validate(end == file_size, "{}: the last {} bytes belong to no tensor (the header is damaged); copy it again", file,
           file_size - end);
}

}  // namespace

std::string_view safetensors_dtype_name(at::ScalarType dtype) {
  for (const auto& [name, known] : dtypes)
    if (known == dtype) return name;
  return {};
}

std::string_view TensorEntry::type_name() const {
  return dtype == at::ScalarType::Undefined ? std::string_view(other_type) : safetensors_dtype_name(dtype);
}

std::uint64_t data_bytes(const TensorEntry& tensor) {
  if (tensor.dtype == at::ScalarType::Undefined) return tensor.bytes();
  return byte_size(tensor.shape, c10::elementSize(tensor.dtype), "a tensor");
}

std::uint64_t safetensors_header_size(std::string_view first_bytes, std::uint64_t file_size, const std::string& file) {
  validate(first_bytes.size() >= safetensors_prefix_bytes && file_size >= safetensors_prefix_bytes,
           "{}: is too short for a safetensors file ({} bytes); copy it again", file, file_size);
  std::uint64_t size = 0;
  std::memcpy(&size, first_bytes.data(), sizeof size);
  validate(size <= file_size - safetensors_prefix_bytes,
           "{}: its header of {} bytes is larger than the file of {} bytes (the file is truncated, or no safetensors "
           "file); copy it again",
           file, size, file_size);
  validate(size <= max_header_bytes, "{}: its header of {} bytes is beyond the format's limit of {}; copy it again",
           file, size, max_header_bytes);
  return size;
}

SafetensorsHeader parse_safetensors_header(std::string_view json_text, std::uint64_t file_size,
                                           const std::string& file) {
  const std::uint64_t data_begin = safetensors_prefix_bytes + json_text.size();
  PINPOINT_EXPECT(data_begin <= file_size);
  const json parsed = files::parse_json(json_text, file + ": header");
  validate(parsed.is_object(), "{}: its header is not a JSON object (no safetensors file); copy it again", file);
  SafetensorsHeader header;
  for (const auto& [name, entry] : parsed.items()) {
    if (name == "__metadata__")
      header.metadata = parse_metadata(entry, file);
    else
      header.tensors[name] = parse_entry(entry, data_begin, file_size, fmt::format("{}: tensor \"{}\"", file, name));
  }
  check_layout(header, data_begin, file_size, file);
  return header;
}

std::string format_safetensors_header(const std::vector<std::pair<std::string, TensorEntry>>& tensors,
                                      const std::map<std::string, std::string>& metadata) {
  nlohmann::ordered_json header;
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::uint64_t end = 0;
  for (const auto& [name, tensor] : tensors) {
    const std::uint64_t begin = end;
    end += data_bytes(tensor);
    header[name] = {{"dtype", tensor.type_name()}, {"shape", tensor.shape}, {"data_offsets", {begin, end}}};
  }
  std::string text = header.is_null() ? "{}" : header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  const std::uint64_t size = text.size();
  return std::string(reinterpret_cast<const char*>(&size), sizeof size) + text;
}

}  // namespace pinpoint::pretrained
