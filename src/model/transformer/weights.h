/// \file
/// A model's weights, and how a pass gets hold of them: it leases one layer after the other from a store and does not
/// know where they rest between uses.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

#include "model/transformer/model_config.h"
#include "model/transformer/vocabulary_tile.h"

namespace pinpoint::transformer {

/// One layer, whole. Matrices are [out, in] in the weights' own type, norms and biases float32; all on the store's
/// device. What a family does not have (`Family`) is undefined.
struct LayerWeights {
  at::Tensor attention_norm;  ///< [d]
  at::Tensor query;           ///< [H*e, d]
  at::Tensor key;             ///< [G*e, d]
  at::Tensor value;           ///< [G*e, d]
  at::Tensor query_bias;      ///< [H*e]
  at::Tensor key_bias;        ///< [G*e]
  at::Tensor value_bias;      ///< [G*e]
  at::Tensor query_norm;      ///< [e]
  at::Tensor key_norm;        ///< [e]
  at::Tensor output;          ///< [d, H*e]
  at::Tensor mlp_norm;        ///< [d]
  at::Tensor gate;            ///< [f, d]
  at::Tensor up;              ///< [f, d]
  at::Tensor down;            ///< [d, f]
};

/// While a lease lives, what it points to is whole on this rank; its end gives the room back to the store.
template <class Weights>
using Lease = std::shared_ptr<const Weights>;

/// Where weights rest. A pass asks for layers in the order of its walk, prefetching the next one before it uses the
/// present one, and calls `make_progress` between products, so that a store which fetches by non-blocking transfers can
/// move them along.
class WeightStore {
 public:
  virtual ~WeightStore() = default;

  virtual const ModelConfig& config() const = 0;
  /// Type of the matrices (and so of the products with them) and where they are.
  virtual at::TensorOptions options() const = 0;

  virtual Lease<LayerWeights> lease_layer(std::int64_t layer) = 0;
  virtual void prefetch_layer(std::int64_t layer) = 0;
  virtual void make_progress() = 0;

  /// Rows of the embedding for `ids` [T] (64-bit, CPU): [T, d] in the weights' type. Where ranks share the weights all
  /// of them call it together, those with nothing to ask for with no ids.
  virtual at::Tensor embedding_rows(const at::Tensor& ids) = 0;
  /// The final norm's weight [d], float32.
  virtual at::Tensor final_norm() = 0;
  /// A tile of the unembedding: its rows first .. first+count-1, [count, d] in the weights' type. \pre first is a
  /// multiple of `vocabulary_tile`, count what the tile has
  virtual Lease<at::Tensor> lease_unembedding(std::int64_t first, std::int64_t count) = 0;
};

}  // namespace pinpoint::transformer
