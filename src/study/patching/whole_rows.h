/// \file
/// Rows as whole residual streams, the null rows among them.
#pragma once

#include "study/patching/rows.h"
#include "study/patching/whole_tile.h"

namespace pinpoint::patching {

class WholeRows final : public Rows {
 public:
  explicit WholeRows(const WalkParts& parts);

  void begin(const at::Tensor& residual) override { null_residual_ = residual; }
  void advance(std::int64_t layer, const transformer::LayerWeights& weights, const PassTrace& mine) override;
  void begin_read_out(const at::Tensor& residual, const std::vector<std::int64_t>& tokens) override;
  void read(const transformer::VocabularyTile& tile, const at::Tensor& logits) override;

 private:
  at::Tensor attention_of_mine(const transformer::LayerWeights& weights, const at::Tensor& z);
  at::Tensor share_null_rows() const;

  WalkParts parts_;
  std::vector<std::vector<WholeTile>> tiles_;  // per set, ascending
  parallel::RowExchange null_exchange_;
  at::Tensor null_residual_;  // [N, d] before the next layer
};

}  // namespace pinpoint::patching
