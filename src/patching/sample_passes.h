/// \file
/// Passes A and B of one sample, and its literal passes C for exact_check, advanced layer by layer (method: section 2).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "base/head_id.h"
#include "dialogue/prompt_pair.h"
#include "model/transformer.h"

namespace pinpoint::patching {

/// Every head's output at END in one layer, [H*e] each, in the weights' type.
struct LayerTrace {
  at::Tensor reference;       ///< z_A
  at::Tensor counterfactual;  ///< z_c
};

/// Tokens of the counterfactual that pass B computes: those after the prefix it shares with the reference, at least
/// the last one; 0 where both are equal, because then B is A.
std::int64_t counterfactual_suffix(const dialogue::TokenPair& pair);

class SamplePasses {
 public:
  /// `checks`: heads whose row is to be recomputed by the literal hooks.
  SamplePasses(const model::Transformer& transformer, const dialogue::TokenPair& pair, std::vector<HeadId> checks);

  /// Takes all passes through one layer and returns what A and B leave there.
  LayerTrace advance(std::int64_t layer, const model::LayerWeights& weights, model::Operations& operations);

  /// The residual stream at END, [1, d]: of pass A, and of the literal pass of check i.
  at::Tensor reference_end() const;
  at::Tensor check_end(std::size_t check) const;
  const std::vector<HeadId>& checks() const { return checks_; }

 private:
  void advance_check(std::size_t check, std::int64_t layer, const model::LayerWeights& weights,
                     const at::Tensor& reference_input, const LayerTrace& trace, model::Operations& operations);

  const model::Transformer& transformer_;
  std::int64_t prefix_ = 0;    // tokens shared by both prompts, which B takes from A
  at::Tensor reference_;       // [T, d] residual stream of pass A
  at::Tensor counterfactual_;  // [Ts, d] of pass B; undefined where B is A
  std::vector<HeadId> checks_;
  std::vector<at::Tensor> literal_;  // [T, d] of each check's pass C
};

}  // namespace pinpoint::patching
