/// \file
/// Passes A and B of some samples, advanced layer by layer (docs/method.md, 2.1). All positions go through every
/// product together, because B's few rows or one short prompt would not fill a matrix unit.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "language/dialogue/prompt_pair.h"
#include "model/transformer/transformer.h"
#include "system/parallel/partition.h"

namespace pinpoint::patching {

/// Values of n samples at END in one layer, all of pass A but `counterfactual`. Head outputs and attention inputs have
/// the type in which they enter products. The others are wide; gate and up only if they are not rounded.
struct PassTrace {
  at::Tensor attention_input;  ///< [n, d] input of the attention
  at::Tensor reference;        ///< [n, H*e] z_A
  at::Tensor counterfactual;   ///< [n, H*e] z_c
  at::Tensor mid;              ///< [n, d] the residual stream after the attention
  at::Tensor gate, up;         ///< [n, f] the MLP's two products
};

/// The traces of all samples in order. \pre there is at least one trace
PassTrace concatenate(const std::vector<PassTrace>& traces);

class PassStack {
 public:
  /// range: indices in `pairs`. work: what operations are counted as
  PassStack(const transformer::Transformer& transformer, const std::vector<dialogue::TokenPair>& pairs,
            const parallel::Range& range, transformer::Activations activations,
            transformer::Work work = transformer::Work::passes);

  /// [rows]
  const text::TokenIds& tokens() const { return tokens_; }
  /// residual: the embedding of `tokens`, [rows, d] float32. Called before the first layer.
  void begin(const at::Tensor& residual);

  /// Takes both passes of all samples through one layer.
  PassTrace advance(std::int64_t layer, const transformer::LayerWeights& weights, transformer::Operations& operations);

  std::int64_t samples() const { return reference_end_.size(0); }
  /// The residual stream of pass A at END, [n, d].
  at::Tensor reference_residual() const;

 private:
  const transformer::Transformer& transformer_;
  transformer::Activations activations_;
  transformer::Work work_;
  text::TokenIds tokens_;
  transformer::Stack stack_;  // per sample A's positions, then B's after the shared prefix, unless B is A
  at::Tensor residual_;       // [rows, d]
  at::Tensor reference_end_, counterfactual_end_;  // [n] rows of END; equal if B is A
};

}  // namespace pinpoint::patching
