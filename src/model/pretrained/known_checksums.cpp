#include "model/pretrained/known_checksums.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace pinpoint::pretrained {

using nlohmann::json;

KnownChecksums::KnownChecksums(const WeightFiles& files, ChecksumCache cache)
    : files_(files), cache_(std::move(cache)) {
  std::map<const SafetensorsFile*, ChecksumCache::Checksums> cached;
  for (const auto& [name, file] : files_.files()) cached[&file] = cache_.load(file.path(), file.identity());
  for (const auto& [tensor, file] : files_.tensors())
    if (const auto found = cached[file].find(tensor); found != cached[file].end()) checksums_.insert(*found);
}

std::optional<std::string> KnownChecksums::find(const std::string& tensor) const {
  const std::lock_guard lock(mutex_);
  const auto found = checksums_.find(tensor);
  if (found == checksums_.end()) return {};
  return found->second;
}

void KnownChecksums::add_chunk(const std::string& tensor, std::int64_t chunk, const std::string& digest) {
  TensorChecksum checksum;
  checksum.add(chunk, digest);
  const std::lock_guard lock(mutex_);
  add_locked(tensor, checksum);
}

void KnownChecksums::add_locked(const std::string& tensor, const TensorChecksum& more) {
  TensorChecksum& checksum = read_[tensor];
  checksum.add(more);
  const TensorEntry& entry = files_.tensors().at(tensor)->entry(tensor);
  if (checksum.is_complete(entry.end - entry.begin)) changed_ |= checksums_.emplace(tensor, checksum.hex()).second;
}

std::string KnownChecksums::read_here() const {
  const std::lock_guard lock(mutex_);
  json all = json::object();
  for (const auto& [tensor, checksum] : read_)
    for (const auto& [chunk, digest] : checksum.digests())
      all[tensor].push_back({chunk, std::vector<std::uint8_t>(digest.begin(), digest.end())});
  const std::vector<std::uint8_t> packed = json::to_cbor(all);
  return {packed.begin(), packed.end()};
}

void KnownChecksums::add(std::string_view read_elsewhere) {
  if (read_elsewhere.empty()) return;
  const json all = json::from_cbor(read_elsewhere);
  const std::lock_guard lock(mutex_);
  for (const auto& [tensor, chunks] : all.items()) {
    TensorChecksum checksum;
    for (const json& chunk : chunks) {
      const auto digest = chunk.at(1).get<std::vector<std::uint8_t>>();
      checksum.add(chunk.at(0).get<std::int64_t>(), {digest.begin(), digest.end()});
    }
    add_locked(tensor, checksum);
  }
}

void KnownChecksums::save() {
  const std::lock_guard lock(mutex_);
  if (!std::exchange(changed_, false)) return;
  std::map<const SafetensorsFile*, ChecksumCache::Checksums> by_file;
  for (const auto& [tensor, checksum] : checksums_) by_file[files_.tensors().at(tensor)][tensor] = checksum;
  for (const auto& [file, checksums] : by_file) cache_.store(file->path(), file->identity(), checksums);
}

}  // namespace pinpoint::pretrained
