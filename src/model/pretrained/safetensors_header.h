/// \file
/// The header of a safetensors file. Layout of the file: 8 bytes with the length n of the header, little-endian; n
/// bytes of JSON, {"NAME": {"dtype", "shape", "data_offsets": [begin, end]}, .., "__metadata__": {..}}; the tensors'
/// data, row-major and little-endian, without holes. Source: the README of github.com/huggingface/safetensors.
#pragma once

#include <c10/core/ScalarType.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace pinpoint::pretrained {

struct TensorEntry {
  at::ScalarType dtype = at::ScalarType::Undefined;  ///< Undefined: a type that this program can only copy
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0, end = 0;  ///< bytes begin .. end-1 of the file (the JSON counts from the end of the header)
  std::string other_type = {};       ///< the file's name of the type, if `dtype` is Undefined

  std::uint64_t bytes() const { return end - begin; }
  /// The format's name of the type ("BF16").
  std::string_view type_name() const;
};

struct SafetensorsHeader {
  std::map<std::string, TensorEntry> tensors;
  std::map<std::string, std::string> metadata;
};

inline constexpr std::uint64_t safetensors_prefix_bytes = 8;  ///< the length before the header

/// The format's name of a type ("BF16"); "" if it has none.
std::string_view safetensors_dtype_name(at::ScalarType dtype);

/// n, from the first 8 bytes. `file` names the file in messages, here and below.
/// \throws UserError if the file is shorter than this length, or the header is longer than the format's 100 MB
std::uint64_t safetensors_header_size(std::string_view first_bytes, std::uint64_t file_size, const std::string& file);

/// Parses the JSON of n = json.size() bytes and checks every entry: a shape with as many bytes as the offsets, data
/// inside the file, no overlap, no bytes left over. A tensor of another type than LibTorch has is accepted with any
/// number of bytes. \throws UserError that names the tensor
SafetensorsHeader parse_safetensors_header(std::string_view json, std::uint64_t file_size, const std::string& file);

/// The bytes of a tensor's data, from its type and shape; the stored bytes if the type is Undefined.
std::uint64_t data_bytes(const TensorEntry& tensor);

/// The first bytes of a file that holds `tensors` in that order: length and JSON, padded with blanks to a multiple
/// of 8. `begin` of the entries is ignored: the data is laid out end to end.
std::string format_safetensors_header(const std::vector<std::pair<std::string, TensorEntry>>& tensors,
                                      const std::map<std::string, std::string>& metadata);

}  // namespace pinpoint::pretrained
