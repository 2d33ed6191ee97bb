/// \file
/// The merges of a vocabulary: which neighbouring tokens become one, and in what order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace pinpoint::tokenizers {

/// A token's id during merging.
using Symbol = std::uint32_t;

/// `left` followed by `right` becomes `result`. Of all possible merges, the one of lowest rank comes first.
struct Merge {
  Symbol left = 0, right = 0, result = 0;
  std::uint32_t rank = 0;
};

/// Finds merges by their two tokens. It is one flat array with linear probing, because published vocabularies have up
/// to half a million merges, and encoding looks up several per byte of text.
class MergeTable {
 public:
  static constexpr std::uint32_t never = std::numeric_limits<std::uint32_t>::max();
  struct Found {
    std::uint32_t rank = never;
    Symbol result = 0;
  };

  /// Of several merges of the same two tokens, the last one counts. \pre ranks below `never`
  explicit MergeTable(const std::vector<Merge>& merges);

  /// The rank is `never` for neighbours that do not merge.
  Found find(Symbol left, Symbol right) const {
    const std::uint64_t key = key_of(left, right);
    for (std::size_t at = place_of(key);; at = (at + 1) & mask_) {
      const Slot& slot = slots_[at];
      if (slot.key == key || slot.found.rank == never) return slot.found;
    }
  }

 private:
  struct Slot {
    std::uint64_t key = 0;
    Found found;  // `never`: the slot is free
  };

  static std::uint64_t key_of(Symbol left, Symbol right) { return std::uint64_t{left} << 32 | right; }
  /// Fibonacci hashing: the upper bits of the product depend on all bits of the key.
  std::size_t place_of(std::uint64_t key) const { return (key * 0x9E3779B97F4A7C15u) >> shift_; }

  std::vector<Slot> slots_;
  std::size_t mask_ = 0;
  int shift_ = 0;
};

}  // namespace pinpoint::tokenizers
