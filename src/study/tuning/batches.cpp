#include "study/tuning/batches.h"

#include <fmt/format.h>

#include "system/base/check.h"
#include "system/base/random.h"

namespace pinpoint::tuning {

Batches::Batches(std::uint64_t seed, std::int64_t dialogues, std::int64_t batch)
    : seed_(seed), dialogues_(dialogues), batch_(batch) {
  PINPOINT_EXPECT(dialogues > 0 && batch > 0);
}

std::vector<std::int64_t> Batches::order_of(std::int64_t epoch) const {
  return Random(seed_, fmt::format("tuning order of epoch {}", epoch)).sample(dialogues_, dialogues_);
}

std::vector<std::int64_t> Batches::at(std::int64_t step) const {
  std::vector<std::int64_t> indices;
  std::vector<std::int64_t> order;
  for (std::int64_t place = step * batch_; place < (step + 1) * batch_; ++place) {
    if (order.empty() || place % dialogues_ == 0) order = order_of(place / dialogues_);
    indices.push_back(order[static_cast<std::size_t>(place % dialogues_)]);
  }
  return indices;
}

}  // namespace pinpoint::tuning
