#include "system/parallel/row_exchange.h"

#include <ATen/ops/tensor.h>

#include <algorithm>
#include <numeric>

#include "system/base/check.h"
#include "system/parallel/collectives.h"

namespace pinpoint::parallel {

RowExchange::RowExchange(Communicator communicator, const std::vector<int>& owner)
    : communicator_(std::move(communicator)), place_(owner.size()) {
  std::vector<std::size_t> by_rank(owner.size());
  std::iota(by_rank.begin(), by_rank.end(), 0);
  std::stable_sort(by_rank.begin(), by_rank.end(), [&](std::size_t a, std::size_t b) { return owner[a] < owner[b]; });
  for (std::size_t place = 0; place < by_rank.size(); ++place)
    place_[by_rank[place]] = static_cast<std::int64_t>(place);
  for (std::size_t item = 0; item < owner.size(); ++item)
    if (owner[item] == communicator_.rank()) mine_.push_back(static_cast<std::int64_t>(item));
}

at::Tensor RowExchange::share(const at::Tensor& rows) const {
  PINPOINT_EXPECT(rows.size(0) == static_cast<std::int64_t>(mine_.size()));
  const at::Tensor in_order_of_rank = all_gather(communicator_, rows);
  return in_order_of_rank.index_select(0, at::tensor(place_).to(rows.device()));
}

}  // namespace pinpoint::parallel
