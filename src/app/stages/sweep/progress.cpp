#include "app/stages/sweep/progress.h"

#include <ATen/ops/empty.h>

#include <algorithm>

#include "study/effects/record_merge.h"
#include "study/patching/sample_sets.h"
#include "study/results/file_names.h"
#include "system/base/log.h"
#include "system/parallel/collectives.h"

namespace pinpoint::stages {
namespace {

/// The sets of a block's samples: runs of consecutive samples of the same set.
std::vector<parallel::Range> sets_of(const std::vector<std::int64_t>& samples, std::int64_t set_samples) {
  std::vector<parallel::Range> sets;
  for (const std::int64_t sample : samples) {
    const bool same = !sets.empty() && sets.back().end == sample && sample % set_samples != 0;
    if (same)
      ++sets.back().end;
    else
      sets.push_back({sample, sample + 1});
  }
  return sets;
}

std::vector<std::int64_t> places_of(const std::vector<std::int64_t>& samples, const parallel::Range& set) {
  std::vector<std::int64_t> places;
  for (std::size_t i = 0; i < samples.size(); ++i)
    if (set.begin <= samples[i] && samples[i] < set.end) places.push_back(static_cast<std::int64_t>(i));
  return places;
}

/// Rank 0's list on every rank.
std::vector<parallel::Range> broadcast(const parallel::Communicator& world,
                                       const std::vector<parallel::Range>& ranges) {
  const std::int64_t count = parallel::maximum(world, world.is_root() ? static_cast<std::int64_t>(ranges.size()) : 0);
  at::Tensor numbers = at::empty({count, 2}, at::kLong);
  auto* number = numbers.data_ptr<std::int64_t>();
  if (world.is_root())
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      number[2 * i] = ranges[i].begin;
      number[2 * i + 1] = ranges[i].end;
    }
  parallel::broadcast(world, numbers, 0);
  std::vector<parallel::Range> all;
  for (std::int64_t i = 0; i < count; ++i) all.push_back({number[2 * i], number[2 * i + 1]});
  return all;
}

/// \throws UserError if there is a difference
void refuse_other_sweep(const results::SavedPart& saved, const std::optional<std::string>& difference) {
  validate(!difference,
           "{}: belongs to another sweep: {}; give this run another `output`, or set the old results aside with --set "
           "restart=fresh",
           saved.file.string(), difference.value_or(""));
}

}  // namespace

SweepProgress::SweepProgress(const Job& job, const SweepInputs& inputs, Completeness wanted)
    : job_(job), inputs_(inputs) {
  if (job_.world().is_root()) {
    if (wanted == Completeness::complete && job_.starts_over())
      job_.set_aside({results::sweep_parts_folder, results::effects_file, results::heads_file});
    read();
  }
  pending_ = broadcast(job_.world(), pending_);
}

void SweepProgress::read() {
  const std::filesystem::path folder = job_.config().output / results::sweep_parts_folder;
  parts_ = results::read_parts(folder);
  validate(job_.config().restart != config::Restart::require || !parts_.empty(),
           "{}: contains no finished block to resume from (restart: require); use restart: auto to start over",
           folder.string());
  std::vector<parallel::Range> saved_sets;
  for (const results::SavedPart& saved : parts_) {
    require_same_sweep(saved);
    const effects::SweepRecord& record = saved.part.record;
    for (const parallel::Range& set : sets_of(record.samples, inputs_.tiling.set_samples))
      if (std::find(inputs_.sets.begin(), inputs_.sets.end(), set) != inputs_.sets.end()) {
        saved_sets.push_back(set);
        records_.push_back(effects::select(record, places_of(record.samples, set)));
      }
  }
  pending_ = patching::pending_sets(inputs_.sets, saved_sets);
  if (parts_.empty()) {
    // The user has removed the blocks, but may want to keep the effects computed from them.
    if (const auto aside = job_.directory().set_aside(results::effects_file))
      log_info("{}: the effects there have no blocks to resume from; they are kept as {}",
               job_.config().output.string(), aside->string());
  } else {
    std::int64_t left = 0;
    for (const parallel::Range& set : pending_) left += set.size();
    log_info("resuming from {}: {} of {} samples are done", folder.string(),
             static_cast<std::int64_t>(inputs_.pairs.size()) - left, inputs_.pairs.size());
  }
}

std::int64_t SweepProgress::saved_samples() const {
  std::int64_t samples = 0;
  for (const effects::SweepRecord& record : records_) samples += std::ssize(record.samples);
  return samples;
}

void SweepProgress::require_same_sweep(const results::SavedPart& saved) const {
  results::SweepIdentity now = inputs_.identity(job_.config());
  now.model_sha256 = saved.part.identity.model_sha256;
  refuse_other_sweep(saved, results::difference(saved.part.identity, now));
  refuse_other_sweep(saved, results::pair_difference(saved.part, inputs_.pair_sha256));
}

void SweepProgress::require_model(const std::string& model_sha256) const {
  for (const results::SavedPart& saved : parts_) {
    results::SweepIdentity now = saved.part.identity;
    now.model_sha256 = model_sha256;
    refuse_other_sweep(saved, results::difference(saved.part.identity, now));
  }
}

void SweepProgress::add(const effects::SweepRecord& record, const std::string& model_sha256) {
  results::SweepPart part{inputs_.identity(job_.config()), record, {}};
  part.identity.model_sha256 = model_sha256;
  for (const std::int64_t sample : record.samples)
    part.pair_sha256.push_back(inputs_.pair_sha256[static_cast<std::size_t>(sample)]);
  hdf5::Provenance provenance = job_.provenance();
  provenance.parents = {inputs_.source};
  results::write_part(job_.config().output / results::sweep_parts_folder, part, std::move(provenance));
  records_.push_back(record);
}

effects::SweepRecord SweepProgress::merged() const {
  validate(!records_.empty(), "{}: contains no finished block to assemble; run the sweep first",
           (job_.config().output / results::sweep_parts_folder).string());
  return effects::merge(records_);
}

}  // namespace pinpoint::stages
