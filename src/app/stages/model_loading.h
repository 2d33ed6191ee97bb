/// \file
/// A model's weights as a command gets them: read, shared among the ranks as the configuration says, and identified.
#pragma once

#include <memory>
#include <string>

#include "app/stages/job.h"
#include "model/pretrained/model_directory.h"
#include "model/weights/sharded_store.h"
#include "study/planning/placement.h"
#include "system/parallel/shard_group.h"

namespace pinpoint::stages {

class LoadedModel {
 public:
  /// Reads every rank's share, with a progress bar; where weights rest on disk, checks those files that no run has read
  /// before. Collective. \throws UserError where a file is damaged, or `placement` does not suit the ranks
  LoadedModel(const Job& job, pretrained::ModelDirectory& directory, const planning::Placement& placement);

  weights::ShardedStore& store() const { return *store_; }
  const parallel::ShardGroup& group() const { return group_; }
  /// `model_sha256`, on rank 0; "" on the others.
  const std::string& sha256() const { return sha256_; }
  /// Says on rank 0 what rested, was read and was gathered, over all ranks, and how long leases had to wait.
  void log_traffic(const Job& job) const;

 private:
  parallel::ShardGroup group_;
  std::unique_ptr<weights::ShardedStore> store_;
  std::string sha256_;
};

/// Logs the model's shape.
void log_model(const pretrained::ModelDirectory& directory);

/// Of every rank of this job, what it has to compute in: its GPU's memory, or its share of what the machine has free.
planning::Ranks ranks_of(const Job& job);

}  // namespace pinpoint::stages
