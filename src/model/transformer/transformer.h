/// \file
/// The forward pass: embedding, layers leased one after the other, readout at chosen rows. It knows nothing of where
/// weights rest, of other ranks, or of what a pass is for.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "model/transformer/hooks.h"
#include "model/transformer/layer_tape.h"
#include "model/transformer/products.h"
#include "model/transformer/readout.h"
#include "model/transformer/rotary.h"
#include "model/transformer/stack.h"
#include "model/transformer/vocabulary_tile.h"
#include "model/transformer/weight_store.h"

namespace pinpoint::transformer {

class Transformer {
 public:
  /// \pre `store` outlives the transformer
  explicit Transformer(WeightStore& store);

  const ModelConfig& config() const { return store_.config(); }
  WeightStore& store() const { return store_; }

  /// The residual stream before layer 0: [T, d] float32. ids: [T] 64-bit, on the CPU, each below V.
  at::Tensor embed(const at::Tensor& ids) const;

  /// What `advance` needs to know about its rows, the same for all layers.
  Stack stack(std::vector<Stretch> stretches) const { return make_stack(std::move(stretches), rotary_); }

  /// Takes the residual stream x [rows, d] of the rows of `stack` through one layer, in place.
  void advance(std::int64_t layer, const LayerWeights& weights, at::Tensor& x, const Stack& stack, const Hook& hook,
               const Products& products) const;

  /// The same with rounded activations, bit for bit, and fills `tape` for the layer's backward pass. Multiplies the
  /// heads' outputs by `tape.head_factors` if they are defined.
  void advance_recording(std::int64_t layer, const LayerWeights& weights, at::Tensor& x, const Stack& stack,
                         LayerTape& tape) const;

  /// Final norm and unembedding of x [rows, d], in float32: bf16 vocabulary tiles are widened, because a bf16 logit
  /// near 20 has steps of 0.125. tokens: ids whose logits are kept.
  Readout read_out(const at::Tensor& x, const std::vector<std::int64_t>& tokens) const;
  /// The logits of one vocabulary tile: x [rows, d] to [rows, v].
  at::Tensor logits_of_tile(const at::Tensor& x, const VocabularyTile& tile, const Tally& tally) const;

  /// A whole pass over one prompt, ids [T]: logits [T, V] float32 at every position.
  at::Tensor logits(const at::Tensor& ids, const Hook& hook = {}) const;

  /// Leases the unembedding tile by tile. The tiles are always the same.
  void for_each_vocabulary_tile(const std::function<void(const VocabularyTile&)>& visit) const;

 private:
  at::ScalarType wide() const { return wide_type(c10::typeMetaToScalarType(store_.options().dtype())); }

  WeightStore& store_;
  Rotary rotary_;
};

}  // namespace pinpoint::transformer
