/// \file
/// A model in an HF directory: config.json and safetensors.
#pragma once

#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/pretrained/checksum_cache.h"
#include "model/pretrained/embedding_tie.h"
#include "model/pretrained/known_checksums.h"
#include "model/pretrained/weight_files.h"
#include "model/transformer/model_config.h"
#include "model/weights/tensor_source.h"

namespace pinpoint::pretrained {

/// Opens the directory and checks all headers. Data is read on demand. Several threads may use it at once.
///
/// The files may hold tensors that the model does not read, of any type and with any values. They are ignored.
class ModelDirectory : public weights::TensorSource {
 public:
  /// \throws UserError if config.json, the index or a header is missing, broken or not supported
  explicit ModelDirectory(const std::filesystem::path& directory, ChecksumCache cache = ChecksumCache::of_user());

  const std::filesystem::path& path() const { return path_; }
  const std::string& config_text() const { return config_text_; }
  /// The shape by config.json; whether its embeddings are tied is decided by the files too (`EmbeddingTie`).
  const transformer::ModelConfig& config() const { return config_; }
  const EmbeddingTie& embedding_tie() const { return tie_; }
  /// Those of the files' tensors that the model may read.
  const std::set<std::string>& model_tensors() const { return model_tensors_; }

  at::Tensor read(const std::string& name, const std::vector<std::int64_t>& shape) override;
  void read_range(const std::string& name, const std::vector<std::int64_t>& shape, parallel::Range range,
                  const Visit& visit) override;
  const WeightFiles& files() const { return files_; }
  /// \throws UserError if a tensor that the model needs is missing
  void require_complete() const;
  /// Whether the files hold a tensor of that name.
  bool contains(const std::string& name) const override { return files_.tensors().count(name) == 1; }

  /// Reads this rank's share of all tensors once, to compute checksums and to find damage before hours of computing.
  /// Skips tensors whose checksums are known. on_progress: share of the bytes that are read.
  void check_share(int rank, int ranks, const std::function<void(double share)>& on_progress = nullptr);
  /// The digests of chunks that were read here, for the rank that computes the fingerprint.
  std::string checksums_read() const { return checksums_.read_here(); }
  void add_checksums(std::string_view read_elsewhere) { checksums_.add(read_elsewhere); }

  /// `model_sha256`: SHA-256 over config.json, the index and, for every tensor of the model in the order of names, its
  /// name, shape, type and checksum of its data. Reads the data of tensors whose checksum is not known yet.
  std::string fingerprint();

 private:
  struct Found {
    std::string name;
    const SafetensorsFile& file;
    const TensorEntry& entry;
    std::string where;  // for messages
  };
  using VisitBytes = std::function<void(std::int64_t begin, std::string_view bytes)>;
  /// The name in the files: a tied embedding may have that of the output matrix.
  std::string stored_name(const std::string& name) const;
  Found find(const std::string& asked) const;
  void read_bytes(const Found& found, parallel::Range range, const VisitBytes& visit);
  std::string checksum(const std::string& name);

  std::filesystem::path path_;
  std::string config_text_;
  transformer::ModelConfig config_;
  WeightFiles files_;
  KnownChecksums checksums_;
  EmbeddingTie tie_;
  std::set<std::string> model_tensors_;
};

}  // namespace pinpoint::pretrained
