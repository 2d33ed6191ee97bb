/// \file
/// One tile of a group's rows: the chain of MLPs at END alone that stands for M patched passes (method: section 2).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "model/transformer.h"
#include "patching/row_layout.h"

namespace pinpoint::patching {

/// What the rows of a group need of one layer, on every rank.
struct GroupTrace {
  at::Tensor reference;       ///< [n, H*e] z_A of the group's samples at END, in the weights' type
  at::Tensor counterfactual;  ///< [n, H*e] z_c
  at::Tensor attention;       ///< [n, d] float32: W_o z_A, what the attention block adds to every row of a sample
  at::Tensor null_residual;   ///< [n, d] float32: the null rows before this layer
  std::vector<bool> differs;  ///< [n * H] z_c differs from z_A; a head where it does not is never computed
};

/// W_o z_A of samples of a group, computed in the tiles and at the places of their null rows, so that its rounding is
/// theirs. samples: indices in the group, ascending; z: [samples, H*e]. Returns [samples, d] float32.
at::Tensor null_attention(const model::LayerWeights& weights, const RowLayout& layout,
                          const std::vector<std::int64_t>& samples, const at::Tensor& z, model::Operations& operations);

class RowTile {
 public:
  RowTile(const RowLayout& layout, std::int64_t tile);

  /// Rows of `layer` join, and all joined rows go through its MLP. A tile without any row that counts does nothing.
  void advance(std::int64_t layer, const model::LayerWeights& weights, const model::Transformer& transformer,
               const GroupTrace& trace, model::Operations& operations);

  /// Does it hold a null row, or a patched one whose head differs?
  bool is_live() const { return residual_.defined(); }
  /// [M, d] float32, padding included. \pre is_live()
  const at::Tensor& residual() const { return residual_; }
  /// Residuals of its null rows [k, d]; k is 0 for most tiles. \pre is_live() where k > 0
  at::Tensor null_rows() const;
  /// Rows of the list that this tile holds.
  const parallel::Range& rows() const { return range_; }
  /// To whom the rows of a product with all rows joined so far belong.
  model::Tally tally(model::Operations& operations, model::Work patched, model::Work null) const;

 private:
  /// live: joining rows whose head differs.
  void join(std::int64_t layer, std::int64_t live, const model::LayerWeights& weights, const GroupTrace& trace,
            at::Tensor& attention, model::Operations& operations);
  parallel::Range joining(std::int64_t layer) const;
  std::int64_t null_count() const;

  RowLayout layout_;
  parallel::Range range_;
  at::Tensor sample_of_row_;  // [M] for padding 0
  at::Tensor residual_;       // [M, d]
  std::int64_t live_ = 0;     // patched rows so far whose head differs
};

}  // namespace pinpoint::patching
