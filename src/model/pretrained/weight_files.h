/// \file
/// The safetensors files of an HF directory: one, or many with an index.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "model/pretrained/safetensors.h"

namespace pinpoint::pretrained {

/// Opens model.safetensors, or where there is none every file that model.safetensors.index.json names. As in HF the
/// index says which tensors there are and where: others in the files do not belong to the model.
class WeightFiles {
 public:
  /// \throws UserError when there is neither, a named file is missing or broken, or lacks a tensor that it should hold
  explicit WeightFiles(const std::filesystem::path& directory);
  WeightFiles(const WeightFiles&) = delete;
  WeightFiles& operator=(const WeightFiles&) = delete;

  /// The bytes of the index; "" without one.
  const std::string& index_text() const { return index_text_; }
  /// By file name.
  const std::map<std::string, SafetensorsFile>& files() const { return files_; }
  /// By tensor name: the file that holds it.
  const std::map<std::string, const SafetensorsFile*>& tensors() const { return tensors_; }

 private:
  void open_one(const std::filesystem::path& path);
  void open_indexed(const std::filesystem::path& index);

  std::string index_text_;
  std::map<std::string, SafetensorsFile> files_;
  std::map<std::string, const SafetensorsFile*> tensors_;
};

}  // namespace pinpoint::pretrained
