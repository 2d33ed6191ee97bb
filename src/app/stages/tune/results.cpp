#include "app/stages/tune/results.h"

#include "study/results/checkpoint_folder.h"
#include "system/base/log.h"

namespace pinpoint::stages {

void log_tuning(std::string_view end, const std::filesystem::path& folder,
                const std::vector<results::TuneStep>& history) {
  const std::filesystem::path newest = results::checkpoint_path(folder, std::ssize(history));
  log_info("{}; loss {:.4g}; the tuned weights are in {}", end, history.back().loss, newest.string());
}

}  // namespace pinpoint::stages
