#include "system/files/directory_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "system/base/check.h"
#include "system/base/host.h"
#include "system/base/log.h"

namespace pinpoint::files {
namespace {

std::filesystem::path lock_file(const std::filesystem::path& folder) { return folder / DirectoryLock::file_name; }

void require_writable(bool done, const std::filesystem::path& folder) {
  validate(done, "{}: output cannot be written to ({}); check permissions and free space, or choose another `output`",
           folder.string(), std::strerror(errno));
}

constexpr std::string_view holder_begins = "host ";

/// "host n1, process 17, Slurm job 4"
std::string this_process() {
  const char* job = std::getenv("SLURM_JOB_ID");
  return fmt::format("{}{}, process {}{}", holder_begins, host_name(), getpid(),
                     job ? fmt::format(", Slurm job {}", job) : "");
}

/// The first line of the lock's file; empty if a job has not yet written it.
std::string holder_of(const std::filesystem::path& folder) {
  std::ifstream in(lock_file(folder));
  std::string holder;
  std::getline(in, holder);
  return holder;
}

void require_own_file(const std::filesystem::path& folder) {
  const std::string holder = holder_of(folder);
  validate(holder.empty() || holder.starts_with(holder_begins),
           "{}: not a lock of this program (each job writes its name there); choose another `output`, or move it away",
           lock_file(folder).string());
}

/// Takes the lock without waiting. False if another process has it.
bool try_lock(int descriptor) {
  while (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno == EINTR) continue;
    log_warning("this file system has no locks ({}): nothing keeps a second job out of the output directory",
                std::strerror(errno));
    return true;
  }
  return true;
}

bool lock_within(std::chrono::milliseconds patience, int descriptor) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!try_lock(descriptor)) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return true;
}

}  // namespace

DirectoryLock::DirectoryLock(const std::filesystem::path& folder, std::chrono::milliseconds patience)
    : folder_(folder), descriptor_(open(lock_file(folder).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
  require_writable(descriptor_ >= 0, folder_);
  try {
    require_own_file(folder_);
    if (!lock_within(patience, descriptor_)) {
      const std::string holder = holder_of(folder_);
      throw Failure(fmt::format("{}: in use by another job ({}); wait until it has ended, or choose another `output`",
                                folder_.string(), holder.empty() ? "which has not yet written its name" : holder));
    }
    write_holder();
  } catch (...) {
    close(descriptor_);
    throw;
  }
}

DirectoryLock::~DirectoryLock() { close(descriptor_); }

void DirectoryLock::write_holder() const {
  const std::string holder = this_process() + "\n";
  require_writable(ftruncate(descriptor_, 0) == 0, folder_);
  const ssize_t written = pwrite(descriptor_, holder.data(), holder.size(), 0);
  require_writable(written == static_cast<ssize_t>(holder.size()), folder_);
}

}  // namespace pinpoint::files
