/// \file
/// Reads the tensors of a safetensors file.
#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>

#include "model/pretrained/safetensors_header.h"
#include "system/files/mapped_file.h"

namespace pinpoint::pretrained {

/// An open safetensors file with a valid header. Several threads may use it at once.
class SafetensorsFile {
 public:
  /// \throws UserError if the file cannot be read or its header is not valid
  explicit SafetensorsFile(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return file_.path(); }
  const files::FileIdentity& identity() const { return file_.identity(); }
  const std::map<std::string, TensorEntry>& tensors() const { return header_.tensors; }
  const std::map<std::string, std::string>& metadata() const { return header_.metadata; }
  /// \throws UserError if the file has no tensor of that name
  const TensorEntry& entry(const std::string& name) const;

  /// The tensor in its stored type and shape, on the CPU. It is a view of the mapped file, which stays mapped while the
  /// tensor lives and must not be written to; a copy if the data is not aligned to its type.
  /// \pre its type is not Undefined
  at::Tensor tensor(const std::string& name) const;
  /// The data of a tensor of any type.
  files::MappedRange bytes(const TensorEntry& entry) const { return file_.map(entry.begin, entry.end); }

  /// Copies bytes begin .. begin+size-1 of the data of `entry` to `to`. \throws UserError like MappedFile::read
  void read(const TensorEntry& entry, std::uint64_t begin, char* to, std::size_t size) const {
    file_.read(entry.begin + begin, to, size);
  }

 private:
  files::MappedFile file_;
  SafetensorsHeader header_;
};

}  // namespace pinpoint::pretrained
