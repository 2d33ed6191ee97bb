/// \file
/// The dialogues of each step (docs/method.md, 5.3).
#pragma once

#include <cstdint>
#include <vector>

namespace pinpoint::tuning {

/// Every epoch is a permutation of all dialogues, which depends on the seed and the number of the epoch. The epochs
/// form one endless sequence. A batch is the next `batch` dialogues of it and may span two epochs.
class Batches {
 public:
  Batches(std::uint64_t seed, std::int64_t dialogues, std::int64_t batch);

  /// [batch] indices of the dialogues of a step, counted from 0.
  std::vector<std::int64_t> at(std::int64_t step) const;

 private:
  std::vector<std::int64_t> order_of(std::int64_t epoch) const;

  std::uint64_t seed_;
  std::int64_t dialogues_, batch_;
};

}  // namespace pinpoint::tuning
