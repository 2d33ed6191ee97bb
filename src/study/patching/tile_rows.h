/// \file
/// The rows of a tile, and how many of them have joined.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "model/transformer/operations.h"
#include "study/patching/row_layout.h"

namespace pinpoint::patching {

class TileRows {
 public:
  TileRows(const RowLayout& layout, std::int64_t tile);

  const RowLayout& layout() const { return layout_; }
  /// The rows of the set's list that the tile holds, without its padding.
  const parallel::Range& range() const { return range_; }
  std::int64_t null_count() const;
  /// Joined rows whose head differs.
  std::int64_t live() const { return live_; }
  /// Whether it holds a null row, or a joined row whose head differs.
  bool is_live() const { return live_ + null_count() > 0; }

  /// Rows of `layer` join. differs: [n * H] of the set. Returns how many of the joining rows have a head that differs.
  std::int64_t join(std::int64_t layer, const std::vector<bool>& differs);
  parallel::Range joining(std::int64_t layer) const { return layout_.joining(tile_, layer); }

  /// [M] the sample of each row, counted within the set; 0 for padding.
  const at::Tensor& samples(c10::Device device);
  /// [joining] the heads of the rows that join at `layer`.
  at::Tensor joining_heads(std::int64_t layer, c10::Device device) const;

  /// How the rows of a product with all joined rows are counted.
  transformer::Tally tally(transformer::Operations& operations, transformer::Work patched,
                           transformer::Work null) const;

 private:
  RowLayout layout_;
  std::int64_t tile_;
  parallel::Range range_;
  at::Tensor samples_;
  std::int64_t live_ = 0;
};

}  // namespace pinpoint::patching
