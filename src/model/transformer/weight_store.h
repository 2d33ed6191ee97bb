/// \file
/// How a pass gets a model's weights: it leases one layer after the other and does not know where they rest between
/// uses (docs/sharding.md).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

#include "model/transformer/layer_weights.h"
#include "model/transformer/model_config.h"

namespace pinpoint::transformer {

/// Weights that are whole on this rank while the lease lives. Its end gives their memory back to the store.
template <class Weights>
using Lease = std::shared_ptr<const Weights>;

/// Layers are leased in the order of the pass, and the next one is prefetched before the present one is used
/// (`for_each_layer`). Between products a pass calls `make_progress`, because a store may fetch by non-blocking
/// transfers.
class WeightStore {
 public:
  virtual ~WeightStore() = default;

  virtual const ModelConfig& config() const = 0;
  /// Type of the matrices and of products with them, and the device of all weights.
  virtual at::TensorOptions options() const = 0;

  virtual Lease<LayerWeights> lease_layer(std::int64_t layer) = 0;
  virtual void prefetch_layer(std::int64_t layer) = 0;
  virtual void make_progress() = 0;

  /// Rows of the embedding for `ids` [T] (64-bit, CPU): [T, d] in the weights' type. Collective over the ranks that
  /// share the weights; `ids` may be empty.
  virtual at::Tensor embedding_rows(const at::Tensor& ids) = 0;
  /// The final norm's weight [d], float32.
  virtual at::Tensor final_norm() = 0;
  /// Rows first .. first+count-1 of the unembedding: [count, d] in the weights' type. \pre they are one tile: `first`
  /// is a multiple of `vocabulary_tile`, and `count` is the size of the tile
  virtual Lease<at::Tensor> lease_unembedding(std::int64_t first, std::int64_t count) = 0;
};

}  // namespace pinpoint::transformer
