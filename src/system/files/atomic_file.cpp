#include "system/files/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "system/base/check.h"

namespace pinpoint::files {
namespace {

/// Makes a rename in `folder` survive a power failure. File systems that cannot flush a folder return EINVAL.
bool flush_folder(const std::filesystem::path& folder) {
  const int descriptor = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool flushed = fsync(descriptor) == 0 || errno == EINVAL;
  close(descriptor);
  return flushed;
}

}  // namespace

AtomicFile::AtomicFile(const std::filesystem::path& path) : AtomicFile(path, temporary_of(path)) {}

AtomicFile::AtomicFile(std::filesystem::path path, std::filesystem::path temporary)
    : path_(std::move(path)), temporary_(std::move(temporary)),
      descriptor_(open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
  check(descriptor_ >= 0);
}

AtomicFile::~AtomicFile() {
  if (descriptor_ < 0) return;
  close(descriptor_);
  unlink(temporary_.c_str());
}

void AtomicFile::check(bool done) const {
  validate(done, "{}: cannot be written ({}); check permissions and free space, or choose another place",
           path_.string(), std::strerror(errno));
}

void AtomicFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    check(written >= 0);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void AtomicFile::append(std::string_view bytes) {
  check(lseek(descriptor_, 0, SEEK_END) >= 0);
  write(bytes);
}

void AtomicFile::reserve(std::int64_t bytes) {
  int done = 0;
  do done = fallocate(descriptor_, FALLOC_FL_KEEP_SIZE, 0, bytes);
  while (done != 0 && errno == EINTR);
  reserved_ = done == 0;
  check(reserved_ || errno == EOPNOTSUPP || errno == ENOSYS || errno == EINVAL);
}

void AtomicFile::commit() {
  PINPOINT_EXPECT(descriptor_ >= 0);
  if (reserved_) check(ftruncate(descriptor_, lseek(descriptor_, 0, SEEK_END)) == 0);
  check(fsync(descriptor_) == 0);
  check(rename(temporary_.c_str(), path_.c_str()) == 0);
  check(close(std::exchange(descriptor_, -1)) == 0);
  check(flush_folder(path_.parent_path()));
}

}  // namespace pinpoint::files
