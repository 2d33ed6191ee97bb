/// \file
/// Loads a model's weights for a command: reads them, shares them among the ranks, and identifies them.
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
  /// Reads every rank's share, with a progress bar. If weights rest on disk, it checks the files that no run has read
  /// before. Collective. \throws UserError if a file is damaged, or `placement` does not suit the ranks
  LoadedModel(const Job& job, pretrained::ModelDirectory& directory, const planning::Placement& placement);

  weights::ShardedStore& store() const { return *store_; }
  const parallel::ShardGroup& group() const { return group_; }
  /// `model_sha256`, on rank 0; "" on the others.
  const std::string& sha256() const { return sha256_; }
  /// Logs on rank 0, over all ranks: bytes in memory, bytes read and received, and how long leases waited.
  void log_traffic(const Job& job) const;

 private:
  parallel::ShardGroup group_;
  std::unique_ptr<weights::ShardedStore> store_;
  std::string sha256_;
};

/// Logs which matrices are the embedding and the output matrix, if the files contradict config.json.
void warn_of_embeddings(const pretrained::ModelDirectory& directory);

/// Logs the model's shape.
void log_model(const pretrained::ModelDirectory& directory);

/// The job's ranks and the memory that each can compute in: its GPU's, or its share of the machine's free memory.
/// Collective.
planning::Ranks ranks_of(const Job& job);

}  // namespace pinpoint::stages
