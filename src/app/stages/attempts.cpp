#include "app/stages/attempts.h"

#include <utility>

#include "system/base/check.h"
#include "system/base/digest.h"
#include "system/base/log.h"

namespace pinpoint::stages {
namespace {

/// Results do not depend on the file, so damage to it stops nothing.
results::Attempts read(const std::filesystem::path& file) {
  try {
    return results::read_attempts(file);
  } catch (const UserError& error) {
    log_warning("{}", error.what());
    return {};
  }
}

}  // namespace

Attempts::Attempts(std::filesystem::path file, std::string command, const SlurmJob& job, const std::string& conditions)
    : file_(std::move(file)), command_(std::move(command)), all_(read(file_)), last_(all_[command_]) {
  now_.job = job.id;
  now_.requeues = job.requeues;
  now_.conditions = sha256(conditions);
}

bool Attempts::has_applied_fresh() const {
  const bool same_job = !now_.job.empty() && last_.job == now_.job;
  return same_job && last_.fresh && (!last_.finished || now_.requeues > last_.requeues);
}

std::optional<double> Attempts::seconds_of_last() const {
  return last_.conditions == now_.conditions ? last_.seconds : std::nullopt;
}

void Attempts::begin(bool fresh, std::int64_t saved) {
  now_.fresh = fresh;
  now_.saved = saved;
  if (last_.conditions == now_.conditions && last_.saved == saved) now_.fruitless = last_.fruitless;
  write();
}

void Attempts::finish() {
  now_.finished = true;
  now_.fruitless = 0;
  write();
}

std::int64_t Attempts::stop(double seconds, bool saved_something) {
  now_.seconds = seconds;
  now_.fruitless = saved_something ? 0 : now_.fruitless + 1;
  write();
  return now_.fruitless;
}

void Attempts::write() const {
  results::Attempts all = all_;
  all[command_] = now_;
  results::write_attempts(file_, all);
}

}  // namespace pinpoint::stages
