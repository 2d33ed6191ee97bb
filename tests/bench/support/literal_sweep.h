/// \file
/// The literal procedure that the sweep stands for: a whole forward pass per head, through the same transformer.
#pragma once

#include "bench/support/workload.h"
#include "study/patching/pass_stack.h"
#include "system/base/head_id.h"

namespace pinpoint::bench {

/// Of one sample: what passes A and B leave at END, and pass C of any head (method: section 2).
class LiteralSweep {
 public:
  /// \pre both outlive this
  LiteralSweep(const transformer::Transformer& transformer, const dialogue::TokenPair& pair);

  /// The reference prompt with that head's output at END taken from the counterfactual, and the attention input at END
  /// of every later layer held at the reference's; read out at END alone: record tokens' logits and logsumexp, [R + 1].
  at::Tensor patched(HeadId head, const std::vector<std::int64_t>& record_tokens) const;

 private:
  const transformer::Transformer& transformer_;
  const dialogue::TokenPair& pair_;
  std::vector<patching::PassTrace> traces_;  // [L]
};

}  // namespace pinpoint::bench
