/// \file
/// Shares rows that different ranks compute among all ranks.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "system/parallel/communicator.h"

namespace pinpoint::parallel {

/// Items 0 .. n-1, each owned by one rank. All ranks know the owners.
class RowExchange {
 public:
  /// owner[i]: the rank that computes item i.
  RowExchange(Communicator communicator, const std::vector<int>& owner);

  /// This rank's items, ascending.
  const std::vector<std::int64_t>& mine() const { return mine_; }

  /// \param rows [mine().size(), ...] this rank's items, in the order of `mine`
  /// \returns all items [n, ...] in order, on every rank. Collective.
  at::Tensor share(const at::Tensor& rows) const;

 private:
  Communicator communicator_;
  std::vector<std::int64_t> mine_;
  std::vector<std::int64_t> place_;  // place of item i in the concatenated rows of all ranks
};

}  // namespace pinpoint::parallel
