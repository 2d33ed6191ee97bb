#include "system/files/lfs_pointer.h"

#include "system/base/check.h"

namespace pinpoint::files {

bool is_lfs_pointer(std::string_view first_bytes) {
  return first_bytes.starts_with("version https://git-lfs.github.com/spec/") ||
         first_bytes.starts_with("version https://hawser.github.com/spec/");
}

void refuse_lfs_pointer(std::string_view first_bytes, const std::filesystem::path& path) {
  validate(!is_lfs_pointer(first_bytes),
           "{}: is a git-lfs pointer, not the file itself (its folder was cloned without git-lfs); run `git lfs pull` "
           "in that folder, or download the file",
           path.string());
}

}  // namespace pinpoint::files
