#include "app/stages/model_loading.h"

#include <algorithm>

#include "system/base/log.h"
#include "system/base/memory.h"
#include "system/base/progress.h"
#include "system/device/capabilities.h"
#include "system/parallel/collectives.h"
#include "system/parallel/hosts.h"

namespace pinpoint::stages {
namespace {

using parallel::WeightsRest;

/// Gathers on rank 0 the checksums of the files that were read: of every rank if `all_read`, else of the first group,
/// which has read all files.
void share_checksums(const Job& job, const parallel::ShardGroup& group, pretrained::ModelDirectory& directory,
                     bool all_read) {
  const bool tells = all_read || group.replicas.rank() == 0;
  for (const std::string& read : parallel::gather(job.world(), tells ? directory.checksums_read() : std::string()))
    directory.add_checksums(read);
}

void check_files(const Job& job, pretrained::ModelDirectory& directory) {
  Progress progress("checking the files", "%", 100, job.audience());
  directory.check_share(job.world().rank(), job.world().size(), [&](double share) { progress.update(100 * share); });
}

std::string gigabytes(std::int64_t bytes) { return fmt::format("{:.3g} GB", static_cast<double>(bytes) * 1e-9); }

}  // namespace

LoadedModel::LoadedModel(const Job& job, pretrained::ModelDirectory& directory, const planning::Placement& placement)
    : group_(parallel::make_shard_group(
          job.world(), parallel::group_size({parallel::Shard::Over::ranks, placement.shard}, job.world()))) {
  const bool on_disk = placement.rest == WeightsRest::disk;
  if (on_disk) check_files(job, directory);
  {
    const transformer::ModelConfig& shape = directory.config();
    Progress progress("loading", "layers", static_cast<double>(shape.layers),
                      on_disk ? Progress::Audience::silent : job.audience());
    store_ = std::make_unique<weights::ShardedStore>(
        shape, directory,
        weights::StoreOptions{.dtype = job.config().model.dtype, .device = job.device(), .rest = placement.rest},
        group_.ranks, [&](std::int64_t layers) { progress.update(static_cast<double>(layers)); });
  }
  share_checksums(job, group_, directory, on_disk);
  if (job.world().is_root()) sha256_ = directory.fingerprint();
}

void LoadedModel::log_traffic(const Job& job) const {
  const weights::StoreMemory memory = store_->memory();
  const weights::StoreTraffic traffic = store_->traffic();
  const std::int64_t most = parallel::maximum(job.world(), memory.total());
  const std::int64_t read = parallel::sum(job.world(), traffic.read);
  const std::int64_t received = parallel::sum(job.world(), traffic.received);
  const auto waited = parallel::maximum(job.world(), static_cast<std::int64_t>(1000 * traffic.waited));
  const std::int64_t whole = parallel::maximum(job.world(), memory.gathered);
  if (whole == 0)
    return log_info("weights: at most {} per rank, {} read from the files", gigabytes(most), gigabytes(read));
  log_info(
      "weights: at most {} per rank ({} of it whole layers in use), {} read from the files, {} received from "
      "other ranks; ranks waited for them up to {:.1f} s",
      gigabytes(most), gigabytes(whole), gigabytes(read), gigabytes(received), static_cast<double>(waited) / 1000);
}

void warn_of_embeddings(const pretrained::ModelDirectory& directory) {
  const std::string& warning = directory.embedding_tie().warning;
  if (!warning.empty()) log_warning("{}", warning);
}

void log_model(const pretrained::ModelDirectory& directory) {
  const transformer::ModelConfig& shape = directory.config();
  log_info("model {}: {} layers, {} heads ({} key/value), width {}, MLP {}, vocabulary {}", directory.path().string(),
           shape.layers, shape.heads, shape.kv_heads, shape.width, shape.mlp_width, shape.vocabulary);
}

planning::Ranks ranks_of(const Job& job) {
  const int on_host = parallel::peers_on_host(job.world()).all;
  const std::int64_t host = available_memory() / on_host;
  const std::int64_t own = job.device().is_cpu() ? host : device::device_memory(job.device()) / job.ranks_of_device();
  // Every rank takes part in every minimum, whatever its device is.
  planning::Ranks ranks;
  ranks.count = job.world().size();
  ranks.per_node = static_cast<int>(parallel::minimum(job.world(), on_host));
  ranks.computes_on_host = job.device().is_cpu();
  ranks.host_memory = static_cast<double>(parallel::minimum(job.world(), host));
  ranks.memory = static_cast<double>(parallel::minimum(job.world(), own));
  return ranks;
}

}  // namespace pinpoint::stages
