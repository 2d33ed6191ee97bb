/// \file
/// The safetensors files of an HF directory: one, or many with an index.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "model/pretrained/safetensors.h"

namespace pinpoint::pretrained {

/// Opens model.safetensors, or else every file that model.safetensors.index.json names. As in HF, only tensors in the
/// index belong to the model.
///
/// Names in an index are relative, have no "..", end in .safetensors, and may have folders ("weights/a.safetensors").
/// Links are followed: the cache of Hugging Face's hub has links to a folder beside the model's.
class WeightFiles {
 public:
  /// \throws UserError if there is neither, or a named file is missing, broken, outside of the folder, or without a
  /// tensor that the index puts in it
  explicit WeightFiles(const std::filesystem::path& directory);
  WeightFiles(const WeightFiles&) = delete;
  WeightFiles& operator=(const WeightFiles&) = delete;

  /// The bytes of the index; "" without one.
  const std::string& index_text() const { return index_text_; }
  /// By file name, relative to the folder.
  const std::map<std::string, SafetensorsFile>& files() const { return files_; }
  /// The file that holds a tensor, by tensor name.
  const std::map<std::string, const SafetensorsFile*>& tensors() const { return tensors_; }

 private:
  void open_one(const std::filesystem::path& path);
  void open_indexed(const std::filesystem::path& index);

  std::string index_text_;
  std::map<std::string, SafetensorsFile> files_;
  std::map<std::string, const SafetensorsFile*> tensors_;
};

}  // namespace pinpoint::pretrained
