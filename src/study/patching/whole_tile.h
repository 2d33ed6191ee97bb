/// \file
/// One tile of a set's rows as whole residual streams: the chain of MLPs at END that replaces M patched passes
/// (docs/method.md, 2.2).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "model/transformer/transformer.h"
#include "study/patching/tile_rows.h"

namespace pinpoint::patching {

/// Values of a set's n samples at END in one layer, on every rank.
struct WholeTrace {
  at::Tensor reference;       ///< [n, H*e] z_A, in the type in which it enters products
  at::Tensor counterfactual;  ///< [n, H*e] z_c
  at::Tensor attention;       ///< [n, d] wide: W_o z_A, which the attention block adds to every row of a sample
  at::Tensor null_residual;   ///< [n, d] wide: the null rows before this layer
  std::vector<bool> differs;  ///< [n * H] whether z_c differs from z_A; other heads are not computed
};

/// W_o z_A of samples of a set, computed in the tiles and at the places of their null rows, so that both are rounded
/// alike. samples: indices in the set, ascending; z: [samples, H*e]. Returns [samples, d] wide.
at::Tensor null_attention(const transformer::LayerWeights& weights, const RowLayout& layout,
                          const std::vector<std::int64_t>& samples, const at::Tensor& z,
                          transformer::Activations activations, transformer::Operations& operations);

class WholeTile {
 public:
  WholeTile(const RowLayout& layout, std::int64_t tile, transformer::Activations activations)
      : rows_(layout, tile), activations_(activations) {}

  /// Rows of `layer` join, and all joined rows go through its MLP. Does nothing while the tile has no null row and no
  /// joined row differs.
  void advance(std::int64_t layer, const transformer::LayerWeights& weights,
               const transformer::Transformer& transformer, const WholeTrace& trace,
               transformer::Operations& operations);

  const TileRows& rows() const { return rows_; }
  /// [M, d] wide, padding included. \pre rows().is_live()
  const at::Tensor& residual() const { return residual_; }
  /// Residuals of its null rows, [k, d]; k is 0 for most tiles. \pre rows().is_live()
  at::Tensor null_rows() const;

 private:
  /// live: number of joining rows whose head differs.
  void join(std::int64_t layer, std::int64_t live, const transformer::LayerWeights& weights, const WholeTrace& trace,
            at::Tensor& attention, transformer::Operations& operations);

  TileRows rows_;
  transformer::Activations activations_;
  at::Tensor residual_;  // [M, d]
};

}  // namespace pinpoint::patching
