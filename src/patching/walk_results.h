/// \file
/// Brings the readouts of all ranks together and sorts them into a sweep's record.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "dialogue/prompt_pair.h"
#include "model/transformer.h"
#include "parallel/communicator.h"
#include "patching/row_layout.h"
#include "patching/sweep_record.h"

namespace pinpoint::patching {

/// Whose readout it is.
enum class ReadoutOf : std::int64_t {
  row,     ///< index: the group's first sample times (1 + L*H), plus the row in the group's list
  pass_a,  ///< index: the sample
  check,   ///< index: sample * L*H + layer * H + head
};

/// A group's first sample, counted within the block, and its rows.
struct GroupPlace {
  std::int64_t first = 0;
  RowLayout layout;
};

class WalkResults {
 public:
  explicit WalkResults(parallel::Communicator world) : world_(std::move(world)) {}

  /// The next readout's first `count` rows are those of `index`, index+1, ..
  void expect(ReadoutOf kind, std::int64_t index, std::int64_t count = 1);

  /// Collective. One readout for each call of `expect`, in that order.
  void gather(const std::vector<model::Readout>& readouts);

  /// On rank 0, after `gather`. samples: the block's, as indices in `pairs`; differs: per layer [N * H], heads whose
  /// output differs between the passes: the others have their null row's numbers.
  /// \throws Failure when a number is not finite
  SweepRecord assemble(const std::vector<dialogue::TokenPair>& pairs, const std::vector<std::int64_t>& samples,
                       const std::vector<GroupPlace>& groups, const std::vector<std::vector<bool>>& differs) const;

 private:
  parallel::Communicator world_;
  std::vector<std::int64_t> counts_;  // rows of each readout that are used
  std::vector<std::int64_t> keys_;    // [used rows, 2] kind and index
  at::Tensor all_keys_;               // [n, 2] rank 0, all ranks' rows
  at::Tensor all_values_;             // [n, R + 1] logits of the record tokens, logsumexp
};

}  // namespace pinpoint::patching
