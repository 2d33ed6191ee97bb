/// \file
/// The literal procedure (docs/method.md, 2.1): a whole forward pass per head, through the same transformer.
#pragma once

#include "bench/support/workload.h"
#include "study/patching/pass_stack.h"
#include "system/base/head_id.h"

namespace pinpoint::bench {

/// Passes A and B of one sample, and pass C of any head.
class LiteralSweep {
 public:
  /// \pre both arguments outlive this object
  LiteralSweep(const transformer::Transformer& transformer, const dialogue::TokenPair& pair);

  /// Pass C of a head, read out at END: logits of the record tokens and logsumexp, [R + 1].
  at::Tensor patched(HeadId head, const std::vector<std::int64_t>& record_tokens) const;

 private:
  const transformer::Transformer& transformer_;
  const dialogue::TokenPair& pair_;
  std::vector<patching::PassTrace> traces_;  // [L]
};

}  // namespace pinpoint::bench
