#include "study/patching/sample_sets.h"

#include <algorithm>

#include "system/base/check.h"

namespace pinpoint::patching {

std::vector<parallel::Range> cut_sample_sets(std::int64_t count, std::int64_t set_samples) {
  PINPOINT_EXPECT(set_samples > 0);
  std::vector<parallel::Range> sets;
  for (std::int64_t begin = 0; begin < count; begin += set_samples)
    sets.push_back({begin, std::min(begin + set_samples, count)});
  return sets;
}

std::vector<parallel::Range> pending_sets(const std::vector<parallel::Range>& sets,
                                          const std::vector<parallel::Range>& saved) {
  std::vector<parallel::Range> pending;
  for (const parallel::Range& set : sets)
    if (std::find(saved.begin(), saved.end(), set) == saved.end()) pending.push_back(set);
  return pending;
}

}  // namespace pinpoint::patching
