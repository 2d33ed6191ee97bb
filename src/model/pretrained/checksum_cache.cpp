#include "model/pretrained/checksum_cache.h"

#include <nlohmann/json.hpp>
#include <unistd.h>

#include <chrono>
#include <cstdlib>

#include "system/base/check.h"
#include "system/base/digest.h"
#include "system/files/atomic_file.h"
#include "system/files/json_text.h"
#include "system/files/text_file.h"

namespace pinpoint::pretrained {
namespace {

using nlohmann::json;

/// What the checksums were computed from.
json describe(const std::filesystem::path& file, const files::FileIdentity& identity) {
  return {{"path", std::filesystem::canonical(file).string()},
          {"size", identity.size},
          {"modified_ns", identity.modified_ns},
          {"inode", identity.inode}};
}

std::filesystem::path cache_file(const std::filesystem::path& folder, const std::filesystem::path& file) {
  return folder / (sha256(std::filesystem::canonical(file).string()).substr(0, 32) + ".json");
}

bool modified_just_now(const files::FileIdentity& identity) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto age = now - std::chrono::nanoseconds(identity.modified_ns);
  return age < std::chrono::seconds(2);
}

}  // namespace

ChecksumCache ChecksumCache::of_user() {
  const auto absolute_folder = [](const char* variable) -> std::filesystem::path {
    const char* value = std::getenv(variable);
    return value && value[0] == '/' ? value : "";
  };
  if (const auto cache = absolute_folder("XDG_CACHE_HOME"); !cache.empty()) return ChecksumCache(cache / "pinpoint");
  if (const auto home = absolute_folder("HOME"); !home.empty()) return ChecksumCache(home / ".cache" / "pinpoint");
  return ChecksumCache("");
}

ChecksumCache::Checksums ChecksumCache::load(const std::filesystem::path& file,
                                             const files::FileIdentity& identity) const {
  if (folder_.empty()) return {};
  try {
    const auto path = cache_file(folder_, file);
    const json cached = files::parse_json(files::read_file(path), path.string());
    if (cached.at("file") != describe(file, identity)) return {};
    return cached.at("checksums").get<Checksums>();
  } catch (const std::exception&) {  // missing or damaged: counts as missing
    return {};
  }
}

void ChecksumCache::store(const std::filesystem::path& file, const files::FileIdentity& identity,
                          const Checksums& checksums) const {
  if (folder_.empty() || modified_just_now(identity)) return;
  try {
    std::filesystem::create_directories(folder_);
    const auto path = cache_file(folder_, file);
    // Several ranks and jobs share the folder, so each writes under its own temporary name.
    files::AtomicFile out(path, fmt::format("{}.{}.tmp", path.string(), getpid()));
    out.write(json{{"file", describe(file, identity)}, {"checksums", checksums}}.dump(1));
    out.commit();
  } catch (const std::exception&) {  // read-only or full: ignored
  }
}

}  // namespace pinpoint::pretrained
