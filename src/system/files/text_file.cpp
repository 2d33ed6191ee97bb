#include "system/files/text_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "system/base/check.h"
#include "system/files/atomic_file.h"
#include "system/files/lfs_pointer.h"

namespace pinpoint::files {

std::string read_file(const std::filesystem::path& path) {
  // A folder can be opened like a file. Reading from it fails without a reason.
  validate(!std::filesystem::is_directory(path), "{}: is a folder where a file is expected; give the file's path",
           path.string());
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::ostringstream bytes;
  if (in.peek() != std::ifstream::traits_type::eof()) bytes << in.rdbuf();
  validate(in.is_open() && !in.bad(), "{}: cannot be read ({}); check the path and its permissions", path.string(),
           std::strerror(errno));
  refuse_lfs_pointer(bytes.view(), path);
  return std::move(bytes).str();
}

void write_atomically(const std::filesystem::path& path, std::string_view bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

void make_folder(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  validate(!error, "{}: the folder cannot be made ({}); choose another place to write to", path.string(),
           error.message());
}

}  // namespace pinpoint::files
