/// \file
/// Gathers the readouts of all ranks and sorts them into a sweep's record.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "language/dialogue/prompt_pair.h"
#include "model/transformer/readout.h"
#include "study/effects/sweep_record.h"
#include "study/patching/walk_plan.h"
#include "system/base/head_id.h"
#include "system/parallel/communicator.h"

namespace pinpoint::patching {

/// Samples are counted within the block.
class WalkResults {
 public:
  /// record_tokens: R. layers, heads: L and H
  WalkResults(parallel::Communicator world, std::int64_t record_tokens, std::int64_t layers, std::int64_t heads)
      : world_(std::move(world)), record_tokens_(record_tokens), layers_(layers), heads_(heads) {}

  /// The first rows of `readout` are `rows` of the set's list, the others padding.
  void add_rows(const SetPlace& set, const parallel::Range& rows, const transformer::Readout& readout);
  void add_pass_a(std::int64_t sample, const transformer::Readout& readout);
  /// The result of a literal pass, and the default it is compared with, if that is not pass A of the sample.
  void add_check(std::int64_t sample, HeadId head, const transformer::Readout& readout);
  void add_check_default(std::int64_t sample, const transformer::Readout& readout);

  /// Collective.
  void gather();

  /// On rank 0, after `gather`. differs: per layer [N * H], whether the head's output differs between the passes. The
  /// other heads get the values of their null row. If the sets have no null rows, pass A is the null row.
  /// \throws Failure if a number is not finite
  effects::SweepRecord assemble(const std::vector<dialogue::TokenPair>& pairs, const WalkPlan& plan,
                                const std::vector<std::vector<bool>>& differs) const;

 private:
  enum class Kind : std::int64_t {
    row,            ///< index: the set's first sample times (1 + L*H), plus the row in the set's list
    pass_a,         ///< index: the sample
    check,          ///< index: sample * L*H + layer * H + head
    check_default,  ///< index: the sample
  };
  class Table;
  struct Tables;

  /// The first `count` rows of `readout` have the indices index, index+1, ..
  void add(Kind kind, std::int64_t index, std::int64_t count, const transformer::Readout& readout);
  Tables tables(const WalkPlan& plan) const;

  parallel::Communicator world_;
  std::int64_t record_tokens_, layers_, heads_;
  std::vector<at::Tensor> values_;  // each [rows, R + 1]
  std::vector<std::int64_t> keys_;  // [rows, 2] kind and index
  at::Tensor all_keys_;             // [n, 2] rank 0, all ranks' rows
  at::Tensor all_values_;           // [n, R + 1] logits of the record tokens, logsumexp
};

}  // namespace pinpoint::patching
