/// \file
/// Pass C of the method's section 2 as it is written there: the reference once more, one head patched at END, every
/// later layer's attention input at END held at A's. What the rows of a sweep are checked against.
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
  /// residual: the embedding of `tokens`, [T, d] float32. To be called before the first layer.
  void begin(const at::Tensor& residual) { residual_ = residual; }

  /// attention_input [d]: what enters A's attention at END; counterfactual [H*e]: z_c. Both as a pass of
  /// the same activations has them.
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
