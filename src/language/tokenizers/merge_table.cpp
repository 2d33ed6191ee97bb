#include "language/tokenizers/merge_table.h"

#include <bit>

#include "system/base/check.h"

namespace pinpoint::tokenizers {

MergeTable::MergeTable(const std::vector<Merge>& merges) {
  // At least half of the slots stay free, which keeps searches short.
  const std::size_t size = std::bit_ceil(2 * merges.size() + 2);
  slots_.resize(size);
  mask_ = size - 1;
  shift_ = 64 - std::countr_zero(size);
  for (const Merge& merge : merges) {
    PINPOINT_EXPECT(merge.rank != never);
    const std::uint64_t key = key_of(merge.left, merge.right);
    std::size_t at = place_of(key);
    while (slots_[at].found.rank != never && slots_[at].key != key) at = (at + 1) & mask_;
    slots_[at] = {key, {merge.rank, merge.result}};
  }
}

}  // namespace pinpoint::tokenizers
