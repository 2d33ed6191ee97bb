/// \file
/// The common start of the computing commands: reads the configuration, locks the output directory, opens the log, sets
/// threads and device.
#pragma once

#include <chrono>
#include <initializer_list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/config.h"
#include "app/stages/attempts.h"
#include "app/stages/session.h"
#include "study/results/run_directory.h"
#include "system/base/check.h"
#include "system/base/progress.h"
#include "system/hdf5/provenance.h"
#include "system/parallel/device_choice.h"
#include "system/parallel/stop.h"

namespace pinpoint::stages {

/// How much of the work is saved, on rank 0.
struct SavedWork {
  std::int64_t done = 0, total = 0;
  std::string_view unit;  ///< "samples"
  std::string_view step;  ///< what is saved at once: "a block"
};

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

  /// Whether earlier results are to be set aside: `restart: fresh`, unless this job has done so before it was requeued.
  /// \pre world().is_root()
  bool starts_over() const;

  /// Records that this start begins to compute. Collective.
  void begin(const SavedWork& saved);
  /// The status to stop with if a stop was requested, or if a known time limit leaves fewer than `needed` seconds.
  /// Collective.
  std::optional<ExitStatus> stop_asked(double needed = 0) const { return stop_->asked(needed); }
  /// Whether work that takes `seconds` more is finished although a stop is requested (StopRequest::may_finish).
  bool may_finish(double seconds) const { return stop_->may_finish(seconds); }
  /// Seconds until a stop is likely: by a known time limit, or because the last start was stopped after as long. The
  /// latter counts only if no limit is known, or if that start saved nothing. None if unknown or over. The same on
  /// every rank. Collective.
  std::optional<double> seconds_left() const;
  /// Logs on rank 0 that the job stops, why, what is saved, and how to resume. Removes OUT/STOP if that was the reason.
  /// \returns `status`, or failure if this is the second start in succession that saved nothing. Collective.
  ExitStatus stopped(ExitStatus status, const SavedWork& before, const SavedWork& now);
  /// Records that everything is done. Collective.
  void finished();

  /// On rank 0: renames those of the results that exist (RunDirectory::set_aside) and logs their new names.
  void set_aside(std::initializer_list<std::string_view> names) const;

  /// Root attributes of a file written now, without the model's hash.
  hdf5::Provenance provenance() const;

 private:
  void watch(std::string_view command, const CommonOptions& options);
  double seconds_since_start() const;
  std::optional<double> seconds_by_last_start(bool limit_is_known) const;
  void log_setting(std::string_view command, int threads) const;
  void log_stop(const SavedWork& before, const SavedWork& now) const;

  config::Config config_;
  parallel::Communicator world_;
  std::optional<results::RunDirectory> directory_;  // rank 0 only
  std::optional<Attempts> attempts_;                // rank 0 only
  std::unique_ptr<parallel::StopRequest> stop_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::set<std::string> hosts_;
  parallel::ChosenDevice device_;
};

}  // namespace pinpoint::stages
