/// \file
/// One tile of a set's rows as differences from the null rows of their samples (docs/method.md, 2.5;
/// docs/precision.md).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "model/transformer/transformer.h"
#include "study/patching/tile_rows.h"

namespace pinpoint::patching {

/// Values of a set's n samples at END in one layer, on every rank, all wide. Pass A is the null row.
struct DifferenceTrace {
  at::Tensor heads;           ///< [n, H*e] z_c - z_A
  at::Tensor mid;             ///< [n, d] the null row after the attention
  at::Tensor gate, up;        ///< [n, f] the MLP's two products, g and u
  at::Tensor hidden;          ///< [n, f] silu(g) u
  std::vector<bool> differs;  ///< [n * H] whether `heads` is not 0; other heads are not computed
};

class DifferenceTile {
 public:
  DifferenceTile(const RowLayout& layout, std::int64_t tile) : rows_(layout, tile) {}

  /// Rows of `layer` join, and all joined rows go through its MLP. Does nothing while no joined row differs.
  void advance(std::int64_t layer, const transformer::LayerWeights& weights,
               const transformer::Transformer& transformer, const DifferenceTrace& trace,
               transformer::Operations& operations);

  /// The rows' logits of one vocabulary tile, [M, v] wide. null_residual [n, d], null_logits [n, v]: of the set's
  /// null rows after the last layer. \pre rows().is_live()
  at::Tensor logits(const transformer::VocabularyTile& tile, const transformer::Transformer& transformer,
                    const at::Tensor& null_residual, const at::Tensor& null_logits,
                    transformer::Operations& operations);

  const TileRows& rows() const { return rows_; }
  /// [M, d] wide, padding included. \pre rows().is_live()
  const at::Tensor& difference() const { return difference_; }

 private:
  /// live: number of joining rows whose head differs.
  void join(std::int64_t layer, std::int64_t live, const transformer::LayerWeights& weights,
            const DifferenceTrace& trace, transformer::Operations& operations);

  TileRows rows_;
  at::Tensor difference_;  // [M, d]
};

}  // namespace pinpoint::patching
