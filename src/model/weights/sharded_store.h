/// \file
/// The weight store: where a rank's share of the weights rests, and over how many ranks a layer is divided
/// (docs/sharding.md).
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "model/transformer/options.h"
#include "model/transformer/weights.h"
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

/// Bytes on this rank, as they are.
struct StoreMemory {
  std::int64_t resting = 0;   ///< slices, or whole layers where nothing is gathered
  std::int64_t gathered = 0;  ///< room for whole units
  std::int64_t passing = 0;   ///< room for slices on their way
  std::int64_t total() const { return resting + gathered + passing; }
};

/// Bytes that have come to this rank since the store was made.
struct StoreTraffic {
  std::int64_t read = 0;      ///< from the files, while loading or, where weights rest on disk, at every use
  std::int64_t received = 0;  ///< from other ranks
  double waited = 0;          ///< seconds in which a lease had to wait
};

/// A layer is a flat buffer (LayerLayout), cut evenly among the ranks of a group. Where a rank has it whole in the
/// memory it computes in, leases are views; else two whole layers exist at most, of which one is on its way. The
/// unembedding is treated likewise, tile by tile. Its rows, which are also the embedding's where the two are tied, and
/// the embedding's own rest as even shares of every tile.
///
/// Collective over the group: every rank leases and prefetches the same layers and tiles in the same order, and calls
/// `embedding_rows` as often as the others.
class ShardedStore final : public transformer::WeightStore {
 public:
  /// Reads this rank's slices, and no others; nothing where weights rest on disk: there `source` is read at every use,
  /// and outlives the store. on_layer (where given) is told how many layers have been read.
  /// \throws UserError as TensorSource does
  ShardedStore(const transformer::ModelConfig& config, TensorSource& source, const StoreOptions& options,
               parallel::Communicator group = {}, const std::function<void(std::int64_t)>& on_layer = nullptr);
  ShardedStore(const ShardedStore&) = delete;  // a thread that reads knows its place
  ShardedStore& operator=(const ShardedStore&) = delete;

  const transformer::ModelConfig& config() const override { return config_; }
  at::TensorOptions options() const override { return options_; }
  transformer::Lease<transformer::LayerWeights> lease_layer(std::int64_t layer) override;
  void prefetch_layer(std::int64_t layer) override;
  void make_progress() override;
  at::Tensor embedding_rows(const at::Tensor& ids) override;
  at::Tensor final_norm() override { return final_norm_; }
  transformer::Lease<at::Tensor> lease_unembedding(std::int64_t first, std::int64_t count) override;

  /// All weights, in the order of the forward pass, with what this rank keeps of them.
  std::vector<WeightUnit> units() const;
  /// This rank's elements of units()[unit], [own.size()] float32 on the device. \pre weights do not rest on disk
  at::Tensor own_values(std::size_t unit) const;
  /// Writes `values`, of the same shape, over them, rounded to the type in which they rest. The replicas of a slice are
  /// given the same values. \pre as above, and nothing is leased
  void set_own_values(std::size_t unit, const at::Tensor& values);
  /// Ends a change of all units: later leases give the new values. Collective.
  void end_changes();

  StoreMemory memory() const;
  StoreTraffic traffic() const;

 private:
  void read_layers(const std::function<void(std::int64_t)>& on_layer);
  parallel::Range slice() const { return {group_.rank() * slice_bytes_, (group_.rank() + 1) * slice_bytes_}; }
  parallel::Range own_norm() const;
  /// Views of this rank's elements of a unit where they rest, flat, one after the other.
  std::vector<at::Tensor> resting_pieces(std::size_t unit) const;

  transformer::ModelConfig config_;
  parallel::Communicator group_;
  at::TensorOptions options_;
  parallel::WeightsRest rest_;
  LayerLayout layout_;
  std::unique_ptr<CountingSource> source_;
  std::int64_t slice_bytes_;                                                 // of a layer
  std::vector<at::Tensor> slices_;                                           // per layer, uint8; none on disk
  std::vector<transformer::Lease<transformer::LayerWeights>> whole_layers_;  // where a rank has them whole,
  std::unique_ptr<SliceFetcher> layers_;                                     // and where it has not
  std::unique_ptr<VocabularyTable> embedding_, unembedding_;                 // tied: the embedding alone
  at::Tensor final_norm_;
  std::int64_t resting_bytes_ = 0;  // of layers
};

}  // namespace pinpoint::weights
