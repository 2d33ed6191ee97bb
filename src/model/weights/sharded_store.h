/// \file
/// The weight store: a rank's share of the weights, at rest on the device, in memory or on disk (docs/sharding.md).
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "model/transformer/options.h"
#include "model/transformer/weight_store.h"
#include "model/weights/counting_source.h"
#include "model/weights/layer_layout.h"
#include "model/weights/slice_fetcher.h"
#include "model/weights/vocabulary_table.h"
#include "model/weights/weight_unit.h"
#include "system/parallel/communicator.h"
#include "system/parallel/options.h"

namespace pinpoint::weights {

struct StoreOptions {
  transformer::DType dtype = transformer::DType::bf16;
  c10::Device device{c10::DeviceType::CPU};
  /// On a CPU `device` and `host` are the same. \pre not automatic
  parallel::WeightsRest rest = parallel::WeightsRest::device;
};

/// Bytes allocated on this rank.
struct StoreMemory {
  std::int64_t resting = 0;   ///< slices, or whole layers if nothing is gathered
  std::int64_t gathered = 0;  ///< buffers for whole units
  std::int64_t passing = 0;   ///< buffers for slices in transfer
  std::int64_t total() const { return resting + gathered + passing; }
};

/// Bytes that this rank has received since the store was made.
struct StoreTraffic {
  std::int64_t read = 0;      ///< from the files, while loading; if weights rest on disk, at every use
  std::int64_t received = 0;  ///< from other ranks
  double waited = 0;          ///< seconds that leases have waited
};

/// A layer is a flat buffer (LayerLayout), divided evenly among the ranks of a group. If a rank holds whole layers in
/// the memory it computes in, leases are views. Otherwise at most two whole layers exist, one of them in transfer. The
/// same holds for the unembedding, tile by tile. The rows of both vocabulary tables (one table if they are tied) rest
/// as even shares of every tile.
///
/// Collective over the group: every rank leases and prefetches the same layers and tiles in the same order, and calls
/// `embedding_rows` the same number of times.
class ShardedStore final : public transformer::WeightStore {
 public:
  /// Reads only this rank's slices. If weights rest on disk, reads nothing; `source` is then read at every use and must
  /// outlive the store. on_layer, if given, is called with the number of layers read.
  /// \throws UserError like TensorSource
  ShardedStore(const transformer::ModelConfig& config, TensorSource& source, const StoreOptions& options,
               parallel::Communicator group = {}, const std::function<void(std::int64_t)>& on_layer = nullptr);
  ShardedStore(const ShardedStore&) = delete;  // the reader thread holds `this`
  ShardedStore& operator=(const ShardedStore&) = delete;

  const transformer::ModelConfig& config() const override { return config_; }
  at::TensorOptions options() const override { return options_; }
  transformer::Lease<transformer::LayerWeights> lease_layer(std::int64_t layer) override;
  void prefetch_layer(std::int64_t layer) override;
  void make_progress() override;
  at::Tensor embedding_rows(const at::Tensor& ids) override;
  at::Tensor final_norm() override { return final_norm_; }
  transformer::Lease<at::Tensor> lease_unembedding(std::int64_t first, std::int64_t count) override;

  /// All weights, in the order of the forward pass.
  std::vector<WeightUnit> units() const;
  /// This rank's elements of a unit, [own.size()] float32 on the device. \pre weights do not rest on disk
  at::Tensor own_values(const WeightUnit& unit) const;
  /// Overwrites them with `values`, of the same shape, rounded to the type in which they rest. All replicas of a slice
  /// get the same values. \pre as above, and nothing is leased
  void set_own_values(const WeightUnit& unit, const at::Tensor& values);
  /// Ends a change of all units: later leases return the new values. Collective.
  void end_changes();

  StoreMemory memory() const;
  StoreTraffic traffic() const;

 private:
  void read_layers(const std::function<void(std::int64_t)>& on_layer);
  parallel::Range slice() const { return {group_.rank() * slice_bytes_, (group_.rank() + 1) * slice_bytes_}; }
  parallel::Range own_norm() const;
  /// This rank's elements of a unit, as flat views of the memory in which they rest.
  std::vector<at::Tensor> resting_pieces(const WeightUnit& unit) const;

  transformer::ModelConfig config_;
  parallel::Communicator group_;
  at::TensorOptions options_;
  parallel::WeightsRest rest_;
  LayerLayout layout_;
  std::unique_ptr<CountingSource> source_;
  std::int64_t slice_bytes_;                                                 // of a layer
  std::vector<at::Tensor> slices_;                                           // per layer, uint8; none on disk
  std::vector<transformer::Lease<transformer::LayerWeights>> whole_layers_;  // if the rank holds them whole
  std::unique_ptr<SliceFetcher> layers_;                                     // otherwise
  std::unique_ptr<VocabularyTable> embedding_, unembedding_;                 // if tied, only the embedding
  at::Tensor final_norm_;
  std::int64_t resting_bytes_ = 0;  // of layers
};

}  // namespace pinpoint::weights
