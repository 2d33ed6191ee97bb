/// \file
/// Writes safetensors files.
#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "model/pretrained/safetensors_header.h"
#include "system/files/atomic_file.h"

namespace pinpoint::pretrained {

using Metadata = std::map<std::string, std::string>;

/// Writes a file tensor by tensor, so that only one of them need be in memory. The file appears under its name with
/// `commit`.
class SafetensorsWriter {
 public:
  using Tensors = std::vector<std::pair<std::string, TensorEntry>>;

  /// \param tensors names, types and shapes in the order in which the data will come; offsets are not read
  /// \throws UserError (here, in `add` and in `commit`) when the place cannot be written to or the disk is full
  SafetensorsWriter(const std::filesystem::path& path, Tensors tensors, const Metadata& metadata = {});

  /// The next tensor's data. \pre on the CPU, of the type and shape announced
  void add(const at::Tensor& tensor);
  /// \pre all tensors were added
  void commit();

 private:
  Tensors tensors_;
  std::size_t added_ = 0;
  files::AtomicFile file_;
};

/// Writes whole tensors (on the CPU) in the order given.
void write_safetensors(const std::filesystem::path& path,
                       const std::vector<std::pair<std::string, at::Tensor>>& tensors, const Metadata& metadata = {});

}  // namespace pinpoint::pretrained
