/// \file
/// Writes safetensors files.
#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/pretrained/safetensors_header.h"
#include "system/files/atomic_file.h"

namespace pinpoint::pretrained {

using Metadata = std::map<std::string, std::string>;

/// Writes a file tensor by tensor, so that only one needs to be in memory. `commit` gives the file its name.
class SafetensorsWriter {
 public:
  using Tensors = std::vector<std::pair<std::string, TensorEntry>>;

  /// \param tensors names, types and shapes in the order of the data
  /// \throws UserError (also `add` and `commit`) if the file cannot be written or the disk is full
  SafetensorsWriter(const std::filesystem::path& path, Tensors tensors, const Metadata& metadata = {});

  /// Adds the next tensor's data. \pre on the CPU, of the type and shape given to the constructor
  void add(const at::Tensor& tensor);
  /// Adds the next tensor's data as bytes, whatever its type. \pre as many as its type and shape need
  void add_bytes(std::string_view bytes);
  /// \pre all tensors were added
  void commit();

 private:
  Tensors tensors_;
  std::size_t added_ = 0;
  files::AtomicFile file_;
};

/// Writes tensors (on the CPU) in the given order.
void write_safetensors(const std::filesystem::path& path,
                       const std::vector<std::pair<std::string, at::Tensor>>& tensors, const Metadata& metadata = {});

}  // namespace pinpoint::pretrained
