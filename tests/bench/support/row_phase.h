/// \file
/// The sweep's row phase by itself, and the same matrix products without anything around them.
#pragma once

#include <variant>

#include "bench/support/random_tensors.h"
#include "model/weights/sharded_store.h"
#include "study/patching/arithmetic.h"
#include "study/patching/difference_tile.h"
#include "study/patching/whole_tile.h"

namespace pinpoint::bench {

/// One random layer of a model, to be used again and again.
class SingleLayer {
 public:
  SingleLayer(const transformer::ModelConfig& model, transformer::DType dtype);
  SingleLayer(const SingleLayer&) = delete;
  SingleLayer& operator=(const SingleLayer&) = delete;
  const transformer::Transformer& transformer() const { return transformer_; }
  const transformer::LayerWeights& weights() const { return *weights_; }

 private:
  RandomTensors tensors_;
  weights::ShardedStore store_;
  transformer::Transformer transformer_;
  transformer::Lease<transformer::LayerWeights> weights_;
};

/// A full tile of rows that have all joined: what nearly every step of the row phase is.
class RowPhase {
 public:
  RowPhase(const SingleLayer& layer, std::int64_t rows, patching::Arithmetic arithmetic);
  /// All rows through one layer.
  void step();

 private:
  const SingleLayer& layer_;
  transformer::LayerWeights weights_;  // as the walk has them: small layers are widened before their rows
  std::variant<patching::WholeTile, patching::DifferenceTile> tile_;
  patching::WholeTrace whole_;
  patching::DifferenceTrace differences_;
  transformer::Operations operations_;
  std::int64_t steps_ = 0;
};

/// The three products of one layer's MLP, over as many rows, by LibTorch only, in the type in which the row phase makes
/// them.
class BareProducts {
 public:
  BareProducts(const SingleLayer& layer, std::int64_t rows, patching::Arithmetic arithmetic);
  void step() const;
  at::ScalarType type() const { return x_.scalar_type(); }

 private:
  at::Tensor gate_, up_, down_;
  at::Tensor x_;       // [rows, d]
  at::Tensor hidden_;  // [rows, f]
};

}  // namespace pinpoint::bench
