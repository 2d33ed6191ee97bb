/// \file
/// Which dialogues a step is made of.
#pragma once

#include <cstdint>
#include <vector>

namespace pinpoint::tuning {

/// Every epoch is an order of all dialogues of its own, drawn from the seed alone; the epochs stand one after the
/// other, and a batch is the next `batch` of that endless line, over the end of an epoch too.
class Batches {
 public:
  Batches(std::uint64_t seed, std::int64_t dialogues, std::int64_t batch);

  /// The dialogues of step t, from 0: [batch] indices.
  std::vector<std::int64_t> at(std::int64_t step) const;

 private:
  std::vector<std::int64_t> order_of(std::int64_t epoch) const;

  std::uint64_t seed_;
  std::int64_t dialogues_, batch_;
};

}  // namespace pinpoint::tuning
