#include "app/stages/job.h"

#include "app/stages/job_paths.h"
#include "system/base/log.h"
#include "system/base/version.h"
#include "system/device/threads.h"
#include "system/parallel/device_choice.h"
#include "system/parallel/hosts.h"
#include "system/parallel/versions.h"

namespace pinpoint::stages {

Job::Job(Session& session, std::string_view command, const std::vector<std::string>& needed)
    : config_(config::load_config(session.options.config, session.options.set)), world_(session.world),
      device_(c10::DeviceType::CPU) {
  config::require_keys(config_, needed, command);
  if (world_.is_root()) {
    require_outputs_apart(config_, command, session.options.config);
    directory_.emplace(config_.output);
    session.log.write_to(directory_->log_file(command));
  }
  world_.barrier();  // no rank computes if the directory is refused
  stop_.emplace(world_, session.options.max_hours, directory_ ? directory_->stop_file() : std::filesystem::path());
  const std::vector<std::string> hosts = parallel::host_names(world_);
  hosts_.insert(hosts.begin(), hosts.end());
  device_ = parallel::choose_device(config_.parallel, world_);
  const int threads = parallel::choose_threads(config_.parallel, world_);
  device::set_threads(threads);
  log_setting(command, threads);
}

void Job::log_setting(std::string_view command, int threads) const {
  log_info("pinpoint {} {} (commit {}): {} rank{} on {} host{}, {} thread{} per rank, {}", software_version(), command,
           software_commit(), world_.size(), world_.size() == 1 ? "" : "s", hosts_.size(),
           hosts_.size() == 1 ? "" : "s", threads, threads == 1 ? "" : "s", device_.is_cpu() ? "CPU" : "GPU");
  log_info("LibTorch {}, {}, {}", parallel::torch_version(), device::blas_description(), parallel::mpi_version());
  log_debug("configuration in force:\n{}", config_.resolved);
}

ExitStatus Job::stopped(ExitStatus status) const {
  log_info("stopped early ({}); all finished work is saved: run the same command again to resume", stop_->reason());
  if (status == ExitStatus::stop_file && world_.is_root()) directory_->remove_stop_file();
  return status;
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
