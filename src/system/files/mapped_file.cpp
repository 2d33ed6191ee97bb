#include "system/files/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "system/base/check.h"

namespace pinpoint::files {

MappedRange::MappedRange(void* pages, std::size_t pages_size, std::string_view bytes)
    : pages_(pages), pages_size_(pages_size), bytes_(bytes) {}

MappedRange::MappedRange(MappedRange&& other) noexcept
    : pages_(std::exchange(other.pages_, nullptr)), pages_size_(other.pages_size_), bytes_(other.bytes_) {}

MappedRange& MappedRange::operator=(MappedRange&& other) noexcept {
  std::swap(pages_, other.pages_);
  std::swap(pages_size_, other.pages_size_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

MappedRange::~MappedRange() {
  if (pages_) munmap(pages_, pages_size_);
}

MappedFile::MappedFile(std::filesystem::path path)
    : path_(std::move(path)), descriptor_(open(path_.c_str(), O_RDONLY | O_CLOEXEC)) {
  validate(descriptor_ >= 0, "{}: cannot be opened ({}); check the path and its permissions", path_.string(),
           std::strerror(errno));
  struct stat status {};
  const bool known = fstat(descriptor_, &status) == 0;
  const int reason = errno;
  // The destructor does not run for an object whose constructor throws.
  if (!known || !S_ISREG(status.st_mode) || status.st_size == 0) close(descriptor_);
  validate(known, "{}: cannot be examined ({})", path_.string(), std::strerror(reason));
  validate(S_ISREG(status.st_mode), "{}: is not a regular file; give the file itself", path_.string());
  validate(status.st_size > 0, "{}: is empty (perhaps a copy that failed); copy it again", path_.string());
  identity_ = {static_cast<std::uint64_t>(status.st_size),
               std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec,
               static_cast<std::uint64_t>(status.st_ino)};
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)), identity_(other.identity_) {}

MappedFile::~MappedFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

void MappedFile::read(std::uint64_t begin, char* to, std::size_t size) const {
  for (std::size_t done = 0; done < size;) {
    const ssize_t got = pread(descriptor_, to + done, size - done, static_cast<off_t>(begin + done));
    if (got < 0 && errno == EINTR) continue;
    validate(got >= 0, "{}: cannot be read at byte {} ({}); check the disk", path_.string(), begin + done,
             std::strerror(errno));
    validate(got > 0,
             "{}: ends at byte {} (it had {} bytes when this run began, and has been cut or replaced since); "
             "copy it again and restart",
             path_.string(), begin + done, this->size());
    done += static_cast<std::size_t>(got);
  }
}

MappedRange MappedFile::map(std::uint64_t begin, std::uint64_t end) const {
  PINPOINT_EXPECT(begin <= end && end <= size());
  if (begin == end) return {nullptr, 0, {}};
  // A mapping begins at a page.
  const std::uint64_t lead = begin % static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  const std::size_t pages_size = end - begin + lead;
  void* pages = mmap(nullptr, pages_size, PROT_READ, MAP_SHARED, descriptor_, static_cast<off_t>(begin - lead));
  validate(pages != MAP_FAILED,
           "{}: {} bytes of it cannot be mapped into memory ({}); raise the memory limit (ulimit -v)", path_.string(),
           end - begin, std::strerror(errno));
  return {pages, pages_size, {static_cast<const char*>(pages) + lead, end - begin}};
}

}  // namespace pinpoint::files
