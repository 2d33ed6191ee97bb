/// \file
/// The forward pass: embedding, layers leased one after the other, readout at chosen rows. It does not know where
/// weights rest, who else computes, or what a pass is for.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "model/hooks.h"
#include "model/layer_tape.h"
#include "model/layers.h"
#include "model/operations.h"
#include "model/stack.h"
#include "model/weights.h"

namespace pinpoint::model {

/// Logits of chosen tokens and the logsumexp over the vocabulary, of some rows.
struct Readout {
  at::Tensor logits;     ///< [rows, R] float32
  at::Tensor logsumexp;  ///< [rows] float32
};

class Transformer {
 public:
  /// \pre `store` outlives the transformer
  explicit Transformer(WeightStore& store);

  const ModelConfig& config() const { return store_.config(); }
  WeightStore& store() const { return store_; }

  /// The residual stream before layer 0: [T, d] float32. ids: [T] 64-bit, on the CPU, each below V.
  at::Tensor embed(const at::Tensor& ids) const;

  /// What `advance` has to know of the rows it takes along, made once for all layers.
  Stack stack(std::vector<Stretch> stretches) const { return make_stack(std::move(stretches), rotary_); }

  /// Takes the residual stream x [rows, d] of the rows of `stack` through one layer, in place.
  void advance(std::int64_t layer, const LayerWeights& weights, at::Tensor& x, const Stack& stack, const Hook& hook,
               const Tally& tally) const;

  /// The same, leaving in `tape` what the layer's backward pass needs; to the same bits. Heads' outputs are multiplied
  /// with `tape.head_factors`, where they are defined.
  void advance_recording(std::int64_t layer, const LayerWeights& weights, at::Tensor& x, const Stack& stack,
                         LayerTape& tape) const;

  /// Final norm and unembedding of x [rows, d], in float32: bf16 vocabulary tiles are widened, because a bf16 logit
  /// near 20 has steps of 0.125. Each entry of `tiles` is a product of its own ([rows of the tile, d] by a fixed tile
  /// of the vocabulary); every vocabulary tile is leased once. tokens: ids whose logits are wanted.
  std::vector<Readout> read_out(const std::vector<at::Tensor>& tiles, const std::vector<std::int64_t>& tokens,
                                const std::vector<Tally>& tallies) const;

  /// A whole pass over one prompt, ids [T]: logits [T, V] float32 at every position.
  at::Tensor logits(const at::Tensor& ids, const Hook& hook = {}) const;

  /// Leases the unembedding tile by tile, always the same ones. `unembedding`: the tile's rows from `first` on, [v, d],
  /// widened to float32, or rather the residual stream's type.
  void for_each_vocabulary_tile(
      const std::function<void(std::int64_t first, const at::Tensor& unembedding)>& visit) const;

 private:
  at::ScalarType wide() const { return wide_type(c10::typeMetaToScalarType(store_.options().dtype())); }

  WeightStore& store_;
  Rotary rotary_;
};

}  // namespace pinpoint::model
