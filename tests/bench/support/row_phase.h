/// \file
/// The row phase of a sweep in isolation, and its matrix products by themselves.
#pragma once

#include <variant>

#include "bench/support/random_tensors.h"
#include "model/weights/sharded_store.h"
#include "study/patching/arithmetic.h"
#include "study/patching/difference_tile.h"
#include "study/patching/whole_tile.h"

namespace pinpoint::bench {

/// One random layer of a model, for repeated use.
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

/// A full tile of rows that have all joined, as in nearly every step of the row phase.
class RowPhase {
 public:
  RowPhase(const SingleLayer& layer, std::int64_t rows, patching::Arithmetic arithmetic);
  /// Sends all rows through one layer.
  void step();

 private:
  const SingleLayer& layer_;
  transformer::LayerWeights weights_;  // as in the walk: small layers are widened before their rows
  std::variant<patching::WholeTile, patching::DifferenceTile> tile_;
  patching::WholeTrace whole_;
  patching::DifferenceTrace differences_;
  transformer::Operations operations_;
  std::int64_t steps_ = 0;
};

/// The three products of one layer's MLP with as many rows, by LibTorch only, in the type of the row phase.
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
