/// \file
/// Floating-point operations, counted in each product by what they are done for. A sweep's counts equal the formula in
/// docs/patching.md.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace pinpoint::transformer {

/// What a row of a product is computed for.
enum class Work {
  passes,            ///< passes A and B through the layers
  rows,              ///< patched rows through the MLPs
  joins,             ///< W_o z of a patched row at its own layer
  unembedding,       ///< patched rows' logits
  null_rows,         ///< null rows through the MLPs
  null_joins,        ///< W_o z_A of the null rows
  null_unembedding,  ///< null rows' logits
  pass_a_logits,
  attention,  ///< scores and their products with the values, all passes
  checks,     ///< exact_check's literal passes
  padding,    ///< unfilled rows of a tile
};
inline constexpr std::size_t work_kinds = 11;

/// Operations by kind of work; a multiplication and an addition are two.
class Operations {
 public:
  std::int64_t& operator[](Work work) { return counts_[static_cast<std::size_t>(work)]; }
  std::int64_t operator[](Work work) const { return counts_[static_cast<std::size_t>(work)]; }
  Operations& operator+=(const Operations& other) {
    for (std::size_t i = 0; i < work_kinds; ++i) counts_[i] += other.counts_[i];
    return *this;
  }

 private:
  std::array<std::int64_t, work_kinds> counts_{};
};

/// How many rows of a product belong to each kind of work, and where their operations are counted.
struct Tally {
  struct Share {
    Work work;
    std::int64_t rows;
  };
  Operations* operations = nullptr;  ///< null: nothing is counted
  std::vector<Share> shares;         ///< every row of the product once

  /// Counts a product in which each row costs `operations_per_row`.
  void add(std::int64_t operations_per_row) const {
    if (!operations) return;
    for (const Share& share : shares) (*operations)[share.work] += share.rows * operations_per_row;
  }
};

}  // namespace pinpoint::transformer
