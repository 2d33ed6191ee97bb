/// \file
/// One round of a step: dialogues go forward through the tuned layers to the loss, and gradients go back.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "model/transformer/gradient_sink.h"
#include "model/transformer/transformer.h"
#include "study/tuning/lower_layers.h"

namespace pinpoint::tuning {

/// Where a backward walk ends.
struct WalkEnd {
  std::int64_t layer = 0;     ///< the lowest layer with parameters
  bool at_embedding = false;  ///< continues to the embedding; `layer` is 0 then
};

/// Dropout of heads: [H] float32 factors of the heads' outputs in a layer, at all positions of a dialogue. Empty: no
/// dropout.
using HeadFactors = std::function<at::Tensor(std::int64_t layer, const IndexedDialogue& member)>;

class GradientWalk {
 public:
  /// \param tape_bytes memory for tapes on this rank. The upper layers keep their tapes as long as there is room. The
  ///        others keep only their input, and the backward walk computes their tapes again, to the same bits.
  GradientWalk(const transformer::Transformer& transformer, WalkEnd end, double tape_bytes)
      : transformer_(transformer), end_(end), lowest_(end.layer), tape_bytes_(tape_bytes) {}

  /// Returns the summed loss of each dialogue's targets. The rows of all dialogues go through every product together.
  /// Collective: all ranks lease the same layers in the same order, even a rank without dialogues.
  /// \param residuals [T, d] of each dialogue, the input of the lowest layer; not written to
  /// \param scale factor of every target's loss
  std::vector<double> run(const std::vector<IndexedDialogue>& round, const std::vector<at::Tensor>& residuals,
                          double scale, const HeadFactors& factors, transformer::GradientSink& sink) const;

 private:
  struct Pass;
  std::int64_t kept_tapes(std::int64_t rows) const;
  void forward(Pass& pass) const;
  /// Returns the gradient by the input of the lowest layer; undefined if the walk ends there.
  at::Tensor backward(Pass& pass, at::Tensor gradient, transformer::GradientSink& sink) const;

  const transformer::Transformer& transformer_;
  WalkEnd end_;
  std::int64_t lowest_;
  double tape_bytes_;
};

}  // namespace pinpoint::tuning
