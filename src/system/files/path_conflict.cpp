#include "system/files/path_conflict.h"

#include <system_error>

#include "system/base/check.h"

namespace pinpoint::files {
namespace {

namespace fs = std::filesystem;

/// Absolute, with the links of the part that exists resolved, and without a slash at the end.
fs::path resolved(const fs::path& path) {
  std::error_code error;
  fs::path real = fs::weakly_canonical(path, error);
  if (error) real = fs::absolute(path, error).lexically_normal();
  return real.has_filename() ? real : real.parent_path();
}

/// The place of the name itself: links of its folder resolved, but not its own.
fs::path place_of(const fs::path& path) {
  std::error_code error;
  const fs::path whole = fs::absolute(path, error).lexically_normal();
  const fs::path name = whole.has_filename() ? whole : whole.parent_path();
  return resolved(name.parent_path()) / name.filename();
}

bool is_same(const fs::path& a, const fs::path& b) {
  std::error_code error;
  return a == b || (fs::equivalent(a, b, error) && !error);
}

/// Whether one of the folders above `path` is `folder`.
bool is_inside(fs::path path, const fs::path& folder) {
  while (path.has_relative_path()) {
    path = path.parent_path();
    if (is_same(path, folder)) return true;
  }
  return false;
}

void require_apart_of(const OutputPath& output, const InputPath& input) {
  const fs::path written = resolved(output.path);
  bool same = false, inside = false;
  for (const fs::path& read : {resolved(input.path), place_of(input.path)}) {
    same = same || is_same(read, written) || is_same(read, place_of(output.path));
    inside = inside || is_inside(read, written);
  }
  validate(!same, "{}: {} is also read, as {} (writing would destroy this input); choose another place for one of them",
           output.name, output.path.string(), input.name);
  validate(!inside || output.change == Change::added_to,
           "{}: {} is written as a whole, but {} is in it: {} (writing would destroy this input); choose another place "
           "for one of them",
           output.name, output.path.string(), input.name, input.path.string());
}

}  // namespace

void require_apart(const std::vector<OutputPath>& outputs, const std::vector<InputPath>& inputs) {
  for (const OutputPath& output : outputs)
    for (const InputPath& input : inputs)
      if (!output.path.empty() && !input.path.empty()) require_apart_of(output, input);
}

bool lies_in(const fs::path& path, const fs::path& folder) {
  const fs::path real = resolved(path), of = resolved(folder);
  return is_same(real, of) || is_inside(real, of);
}

}  // namespace pinpoint::files
