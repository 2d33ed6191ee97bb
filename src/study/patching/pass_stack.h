/// \file
/// Passes A and B of some samples, advanced layer by layer (method: section 2). All their positions go through every
/// product together: B's few rows alone, or one short prompt's, would not fill a matrix unit.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "language/dialogue/prompt_pair.h"
#include "model/transformer/transformer.h"
#include "system/parallel/partition.h"

namespace pinpoint::patching {

/// What n samples leave in one layer at END, all of it pass A's but `counterfactual`. Head outputs and attention inputs
/// have the type in which they enter products; the rest is wide, gate and up too unless they are rounded.
struct PassTrace {
  at::Tensor attention_input;  ///< [n, d] what enters the attention
  at::Tensor reference;        ///< [n, H*e] z_A
  at::Tensor counterfactual;   ///< [n, H*e] z_c
  at::Tensor mid;              ///< [n, d] the residual stream behind the attention
  at::Tensor gate, up;         ///< [n, f] the MLP's two products of it
};

/// One below the other. \pre there is at least one
PassTrace concatenate(const std::vector<PassTrace>& traces);

class PassStack {
 public:
  /// Samples `range` of `pairs`. work: what their operations are counted as
  PassStack(const transformer::Transformer& transformer, const std::vector<dialogue::TokenPair>& pairs,
            const parallel::Range& range, transformer::Activations activations,
            transformer::Work work = transformer::Work::passes);

  /// Of all its rows, [rows].
  const text::TokenIds& tokens() const { return tokens_; }
  /// residual: the embedding of `tokens`, [rows, d] float32. To be called before the first layer.
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
  transformer::Stack stack_;  // of every sample A's positions, then those of B after the shared prefix, if B is not A
  at::Tensor residual_;       // [rows, d]
  at::Tensor reference_end_, counterfactual_end_;  // [n] rows of END; the same where B is A
};

}  // namespace pinpoint::patching
