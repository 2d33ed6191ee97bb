#include "study/results/checkpoint_folder.h"

#include <map>
#include <optional>
#include <string_view>

#include "system/base/check.h"
#include "system/base/log.h"
#include "system/base/number.h"

namespace pinpoint::results {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view prefix = "step-", extension = ".h5";

/// The number in "step-000017.h5"; none for other names, such as a user's copy "step-17.h5".
std::optional<std::int64_t> step_of(const fs::path& file) {
  const std::string stem = file.stem().string();
  if (file.extension() != extension || !stem.starts_with(prefix)) return std::nullopt;
  const auto step = parse_number<std::int64_t>(std::string_view(stem).substr(prefix.size()));
  return step && checkpoint_path(file.parent_path(), *step) == file ? step : std::nullopt;
}

}  // namespace

std::vector<fs::path> checkpoint_files(const fs::path& folder) {
  std::map<std::int64_t, fs::path> by_step;
  if (fs::exists(folder))
    for (const auto& entry : fs::directory_iterator(folder))
      if (const auto step = step_of(entry.path())) by_step[*step] = entry.path();
  std::vector<fs::path> files;
  for (const auto& [step, file] : by_step) files.push_back(file);
  return files;
}

fs::path checkpoint_path(const fs::path& folder, std::int64_t steps) {
  return folder / fmt::format("{}{:06}{}", prefix, steps, extension);
}

void require_room(const fs::path& folder, std::int64_t bytes) {
  std::error_code unknown;  // if it is unknown, writing will fail instead
  const fs::space_info space = fs::space(folder, unknown);
  validate(unknown || space.available >= static_cast<std::uintmax_t>(bytes),
           "{}: has room for {} MB, a checkpoint takes {} MB; free some, and run the same command again",
           folder.string(), space.available >> 20, (bytes >> 20) + 1);
}

void remove_all_but(const fs::path& folder, std::int64_t keep) {
  std::vector<fs::path> files = checkpoint_files(folder);
  const auto excess = static_cast<std::int64_t>(files.size()) - keep;
  for (std::int64_t i = 0; i < excess; ++i) {
    std::error_code error;
    if (!fs::remove(files[static_cast<std::size_t>(i)], error))
      log_warning("{}: an old checkpoint cannot be removed ({})", files[static_cast<std::size_t>(i)].string(),
                  error.message());
  }
}

}  // namespace pinpoint::results
