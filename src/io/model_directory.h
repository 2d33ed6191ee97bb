/// \file
/// A model in an HF directory: config.json and safetensors.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "io/checksum_cache.h"
#include "io/known_checksums.h"
#include "io/weight_files.h"
#include "model/model_config.h"
#include "model/tensor_source.h"

namespace pinpoint::io {

/// Opens the directory and checks all its headers; data is mapped tensor by tensor as it is read. May be used by
/// several threads at once.
class ModelDirectory : public model::TensorSource {
 public:
  /// \throws UserError when config.json, the index or a header is missing, broken or not supported
  explicit ModelDirectory(const std::filesystem::path& directory, ChecksumCache cache = ChecksumCache::of_user());

  const std::filesystem::path& path() const { return path_; }
  const model::ModelConfig& config() const { return config_; }

  /// A view of the tensor's own bytes in its file, which stay mapped only as long as the tensor lives.
  at::Tensor read(const std::string& name, const std::vector<std::int64_t>& shape) override;
  const WeightFiles& files() const { return files_; }
  bool contains(const std::string& name) const override { return files_.tensors().count(name) == 1; }

  /// `model_sha256`: SHA-256 over config.json, the index and, per tensor in the order of names, its name, shape, type
  /// and a checksum of its data. Checksums are known for tensors that were read, here or (by the cache) in an earlier
  /// run; the data of the others is read now.
  std::string fingerprint();

 private:
  std::string checksum(const std::string& name, const SafetensorsFile& file);

  std::filesystem::path path_;
  std::string config_text_;
  model::ModelConfig config_;
  WeightFiles files_;
  KnownChecksums checksums_;
};

}  // namespace pinpoint::io
