#include "app/stages/job.h"

#include <algorithm>

#include "app/stages/job_paths.h"
#include "app/stages/slurm_job.h"
#include "study/results/file_names.h"
#include "system/base/log.h"
#include "system/base/version.h"
#include "system/device/threads.h"
#include "system/parallel/agreement.h"
#include "system/parallel/collectives.h"
#include "system/parallel/device_choice.h"
#include "system/parallel/hosts.h"
#include "system/parallel/thread_choice.h"
#include "system/parallel/versions.h"

namespace pinpoint::stages {
namespace {

/// After so many starts in succession that were stopped before they saved anything, another one is of no use.
constexpr std::int64_t most_fruitless = 2;

std::string describe(const SavedWork& saved) {
  return fmt::format("{} of {} {} are saved", saved.done, saved.total, saved.unit);
}

}  // namespace

Job::Job(Session& session, std::string_view command, const std::vector<std::string>& needed)
    : config_(config::load_config(session.options.config, session.options.set)), world_(session.world) {
  config::require_keys(config_, needed, command);
  if (world_.is_root()) {
    require_outputs_apart(config_, command, session.options.config);
    directory_.emplace(config_.output);
    session.log.write_to(directory_->log_file(command));
  }
  world_.barrier();  // no rank computes if the directory is refused
  watch(command, session.options);
  const std::vector<std::string> hosts = parallel::host_names(world_);
  hosts_.insert(hosts.begin(), hosts.end());
  device_ = parallel::choose_device(config_.parallel.device, world_, parallel::find_gpus(config_.parallel.device));
  const int threads = parallel::choose_threads(config_.parallel, world_);
  device::set_threads(threads);
  log_setting(command, threads);
}

void Job::log_setting(std::string_view command, int threads) const {
  log_info("pinpoint {} {} (commit {}): {} rank{} on {} host{}, {} thread{} per rank, {}", software_version(), command,
           software_commit(), world_.size(), world_.size() == 1 ? "" : "s", hosts_.size(),
           hosts_.size() == 1 ? "" : "s", threads, threads == 1 ? "" : "s", device().is_cpu() ? "CPU" : "GPU");
  log_info("LibTorch {}, {}, {}", parallel::torch_version(), device::blas_description(), parallel::mpi_version());
  log_debug("configuration in force:\n{}", config_.resolved);
}

/// From here on, requests to stop are noted and this start is compared with earlier ones.
void Job::watch(std::string_view command, const CommonOptions& options) {
  constexpr double most_hours = 1e5;
  const std::optional<double> hours = options.max_hours;
  validate(!hours || (*hours >= 0 && *hours <= most_hours),
           "--max-hours: {} is not a time from 0 to {:.0f} hours; give a number in this range", hours.value_or(0),
           most_hours);
  const SlurmJob slurm = slurm_job();
  stop_ = std::make_unique<parallel::StopRequest>(world_, parallel::TimeLimits{hours, slurm.end()},
                                                  directory_ ? directory_->stop_file() : std::filesystem::path());
  if (!world_.is_root()) return;
  attempts_.emplace(config_.output / results::attempts_file, std::string(command), slurm,
                    fmt::format("{};ranks {};hours {};limit {}", config_.resolved, world_.size(), hours.value_or(-1),
                                slurm.time_limit().value_or(-1)));
}

double Job::seconds_since_start() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

bool Job::starts_over() const {
  if (config_.restart != config::Restart::fresh) return false;
  if (!attempts_->has_applied_fresh()) return true;
  log_info("restart: fresh was applied when this Slurm job began, so it resumes now (to start over, remove {})",
           (config_.output / results::attempts_file).string());
  return false;
}

void Job::begin(const SavedWork& saved) {
  parallel::together(world_, [&] {
    if (attempts_) attempts_->begin(config_.restart == config::Restart::fresh, saved.done);
  });
}

void Job::finished() {
  parallel::together(world_, [&] {
    if (attempts_) attempts_->finish();
  });
}

/// Only on rank 0.
std::optional<double> Job::seconds_by_last_start(bool limit_is_known) const {
  if (!attempts_ || (limit_is_known && attempts_->fruitless() == 0)) return std::nullopt;
  const std::optional<double> last = attempts_->seconds_of_last();
  return last && *last > seconds_since_start() ? std::optional(*last - seconds_since_start()) : std::nullopt;
}

std::optional<double> Job::seconds_left() const {
  const std::optional<double> by_limit = stop_->seconds_left();
  constexpr double unknown = 0;
  const double by_last_start = parallel::of_root(world_, seconds_by_last_start(by_limit.has_value()).value_or(unknown));
  if (by_last_start == unknown) return by_limit;
  return std::min(by_limit.value_or(by_last_start), by_last_start);
}

ExitStatus Job::stopped(ExitStatus status, const SavedWork& before, const SavedWork& now) {
  log_stop(before, now);
  const bool by_user = status == ExitStatus::stop_file;
  std::int64_t fruitless = 0;
  parallel::together(world_, [&] {
    if (!attempts_) return;
    if (by_user) directory_->remove_stop_file();
    fruitless = attempts_->stop(seconds_since_start(), by_user || now.done > before.done);
  });
  if (parallel::maximum(world_, fruitless) < most_fruitless) return status;
  if (world_.is_root())
    log_error(
        "{} starts in succession were stopped before they saved anything ({}); give the job a longer time limit or "
        "more ranks, or make {} smaller (sweep.block, sweep.minutes_per_block, tune.batch), then run the same command "
        "again",
        fruitless, describe(now), now.step);
  return ExitStatus::failure;
}

void Job::log_stop(const SavedWork& before, const SavedWork& now) const {
  const bool would_start_over = config_.restart == config::Restart::fresh && slurm_job().id.empty();
  const char* how = would_start_over ? "run the same command with --set restart=auto to resume"
                                     : "run the same command again to resume";
  if (now.done > before.done)
    log_info("stopped early ({}): {}, {} of them by this start; {}", stop_->reason(), describe(now),
             now.done - before.done, how);
  else
    log_info("stopped early ({}) before {} was finished: this start saved nothing, {}; {}", stop_->reason(), now.step,
             describe(now), how);
}

void Job::set_aside(std::initializer_list<std::string_view> names) const {
  for (const std::string_view name : names)
    if (const auto aside = directory_->set_aside(name)) log_info("set aside: {}", aside->string());
}

hdf5::Provenance Job::provenance() const {
  hdf5::Provenance provenance = hdf5::provenance_now();
  provenance.config = config_.resolved;
  provenance.world_size = world_.size();
  provenance.hosts.assign(hosts_.begin(), hosts_.end());
  return provenance;
}

}  // namespace pinpoint::stages
