/// \file
/// Rows as differences from pass A, which is every sample's null row.
#pragma once

#include "study/patching/difference_tile.h"
#include "study/patching/rows.h"

namespace pinpoint::patching {

class DifferenceRows final : public Rows {
 public:
  explicit DifferenceRows(const WalkParts& parts);

  void begin(const at::Tensor& /*residual*/) override {}
  void advance(std::int64_t layer, const transformer::LayerWeights& weights, const PassTrace& mine) override;
  void begin_read_out(const at::Tensor& residual, const std::vector<std::int64_t>& tokens) override;
  void read(const transformer::VocabularyTile& tile, const at::Tensor& logits) override;

 private:
  WalkParts parts_;
  std::vector<std::vector<DifferenceTile>> tiles_;  // per set, ascending
  at::Tensor null_residual_;                        // [N, d] after the last layer
};

}  // namespace pinpoint::patching
