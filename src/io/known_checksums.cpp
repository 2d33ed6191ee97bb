#include "io/known_checksums.h"

#include <utility>

namespace pinpoint::io {

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

void KnownChecksums::add(const std::string& tensor, const std::string& checksum) {
  const std::lock_guard lock(mutex_);
  changed_ |= checksums_.emplace(tensor, checksum).second;
}

void KnownChecksums::save() {
  const std::lock_guard lock(mutex_);
  if (!std::exchange(changed_, false)) return;
  std::map<const SafetensorsFile*, ChecksumCache::Checksums> by_file;
  for (const auto& [tensor, checksum] : checksums_) by_file[files_.tensors().at(tensor)][tensor] = checksum;
  for (const auto& [file, checksums] : by_file) cache_.store(file->path(), file->identity(), checksums);
}

}  // namespace pinpoint::io
