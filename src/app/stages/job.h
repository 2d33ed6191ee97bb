/// \file
/// The common start of the computing commands: reads the configuration, locks the output directory, opens the log, sets
/// threads and device.
#pragma once

#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/config.h"
#include "app/stages/session.h"
#include "study/results/run_directory.h"
#include "system/base/check.h"
#include "system/base/progress.h"
#include "system/hdf5/provenance.h"
#include "system/parallel/device_choice.h"
#include "system/parallel/stop.h"

namespace pinpoint::stages {

class Job {
 public:
  /// Collective. \param needed configuration keys without a default that the command requires
  Job(Session& session, std::string_view command, const std::vector<std::string>& needed);

  const config::Config& config() const { return config_; }
  const parallel::Communicator& world() const { return world_; }
  c10::Device device() const { return device_.device; }
  /// The number of ranks that compute on this rank's GPU and divide its memory; 1 on a CPU.
  int ranks_of_device() const { return device_.ranks; }
  /// For progress bars: rank 0 shows them.
  Progress::Audience audience() const {
    return world_.is_root() ? Progress::Audience::shown : Progress::Audience::silent;
  }
  /// Locked by rank 0. \pre world().is_root()
  const results::RunDirectory& directory() const { return *directory_; }

  /// The status to stop with if a stop was requested. Collective.
  std::optional<ExitStatus> stop_asked() const { return stop_->asked(); }
  /// Logs on rank 0 that the job stops, why, and how to resume. Removes OUT/STOP if that was the reason.
  ExitStatus stopped(ExitStatus status) const;

  /// On rank 0: renames those of the results that exist (RunDirectory::set_aside) and logs their new names.
  void set_aside(std::initializer_list<std::string_view> names) const;

  /// Root attributes of a file written now, without the model's hash.
  hdf5::Provenance provenance() const;

 private:
  void log_setting(std::string_view command, int threads) const;

  config::Config config_;
  parallel::Communicator world_;
  std::optional<results::RunDirectory> directory_;  // rank 0 only
  std::optional<parallel::StopRequest> stop_;
  std::set<std::string> hosts_;
  parallel::ChosenDevice device_;
};

}  // namespace pinpoint::stages
