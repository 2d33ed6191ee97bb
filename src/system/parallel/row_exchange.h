/// \file
/// Rows that different ranks compute and all ranks need.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "system/parallel/communicator.h"

namespace pinpoint::parallel {

/// Items 0 .. n-1, each owned by a rank that everybody knows.
class RowExchange {
 public:
  /// owner[i]: the rank that computes item i.
  RowExchange(Communicator communicator, const std::vector<int>& owner);

  /// This rank's items, ascending.
  const std::vector<std::int64_t>& mine() const { return mine_; }

  /// `rows` [mine().size(), ...]: this rank's items in the order of `mine`. Returns all items [n, ...] in order, on
  /// every rank. Collective.
  at::Tensor share(const at::Tensor& rows) const;

 private:
  Communicator communicator_;
  std::vector<std::int64_t> mine_;
  std::vector<std::int64_t> place_;  // where item i stands in the ranks' rows one after the other
};

}  // namespace pinpoint::parallel
