/// \file
/// Pass C of docs/method.md, 2.1: the reference with one head patched at END and the attention input of every later
/// layer at END held at A's. The rows of a sweep are checked against it.
#pragma once

#include <ATen/core/Tensor.h>

#include "language/dialogue/prompt_pair.h"
#include "model/transformer/transformer.h"
#include "system/base/head_id.h"

namespace pinpoint::patching {

class LiteralPass {
 public:
  LiteralPass(const transformer::Transformer& transformer, const dialogue::TokenPair& pair, HeadId head,
              transformer::Activations activations);

  const text::TokenIds& tokens() const { return tokens_; }
  /// residual: the embedding of `tokens`, [T, d] float32. Called before the first layer.
  void begin(const at::Tensor& residual) { residual_ = residual; }

  /// attention_input [d]: of A's attention at END. counterfactual [H*e]: z_c. Both from passes with the same
  /// activations.
  void advance(std::int64_t layer, const transformer::LayerWeights& weights, const at::Tensor& attention_input,
               const at::Tensor& counterfactual, transformer::Operations& operations);

  HeadId head() const { return head_; }
  /// The residual stream at END, [1, d].
  at::Tensor residual() const { return residual_.narrow(0, residual_.size(0) - 1, 1); }

 private:
  const transformer::Transformer& transformer_;
  HeadId head_;
  transformer::Activations activations_;
  text::TokenIds tokens_;
  transformer::Stack stack_;
  at::Tensor residual_;  // [T, d]
};

}  // namespace pinpoint::patching
