/// \file
/// One round of a step: some dialogues forward through the tuned layers to the loss, and back again.
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
  std::int64_t layer = 0;     ///< the lowest with parameters
  bool at_embedding = false;  ///< goes on to the embedding; then `layer` is 0
};

/// Dropout of heads: what a head's output is multiplied with, [H] float32, in that layer and at all of that dialogue's
/// positions. Empty: nothing is.
using HeadFactors = std::function<at::Tensor(std::int64_t layer, const IndexedDialogue& member)>;

class GradientWalk {
 public:
  /// \param tape_bytes what tapes may take on this rank: the uppermost layers keep theirs, the others keep what entered
  ///        them and are computed once more on the way back, to the same bits
  GradientWalk(const transformer::Transformer& transformer, WalkEnd end, double tape_bytes)
      : transformer_(transformer), end_(end), lowest_(end.layer), tape_bytes_(tape_bytes) {}

  /// The dialogues go through every product together, one below the other. \param residuals [T, d] of each, as it
  /// enters layer `lowest`; not written to \param scale of every target's loss. Returns the summed loss of each
  /// dialogue's targets. Collective: the ranks lease the same layers in the same order, also one without dialogues.
  std::vector<double> run(const std::vector<IndexedDialogue>& round, const std::vector<at::Tensor>& residuals,
                          double scale, const HeadFactors& factors, transformer::GradientSink& sink) const;

 private:
  struct Pass;
  std::int64_t kept_tapes(std::int64_t rows) const;
  void forward(Pass& pass) const;
  /// Returns the gradient of what entered the lowest layer; undefined where the walk ends there.
  at::Tensor backward(Pass& pass, at::Tensor gradient, transformer::GradientSink& sink) const;

  const transformer::Transformer& transformer_;
  WalkEnd end_;
  std::int64_t lowest_;
  double tape_bytes_;
};

}  // namespace pinpoint::tuning
