#include "study/tuning/gradient_walk.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/transformer/backward.h"
#include "model/transformer/for_each_layer.h"
#include "model/transformer/head_factors.h"
#include "study/tuning/cross_entropy.h"

namespace pinpoint::tuning {
namespace {

/// Position t predicts the token at t+1, so row t counts in the loss if that token is a target.
TargetRows target_rows(const std::vector<IndexedDialogue>& round, c10::Device device) {
  std::vector<std::int64_t> rows, targets;
  std::int64_t begin = 0;
  for (const auto& [index, dialogue] : round) {
    for (std::size_t t = 1; t < dialogue->tokens.size(); ++t) {
      if (!dialogue->labels[t]) continue;
      rows.push_back(begin + static_cast<std::int64_t>(t) - 1);
      targets.push_back(dialogue->tokens[t]);
    }
    begin += dialogue->length();
  }
  return {at::tensor(rows, at::kLong).to(device), at::tensor(targets, at::kLong).to(device)};
}

/// [rows, H]; undefined without dropout.
at::Tensor factors_of(const std::vector<IndexedDialogue>& round, const HeadFactors& factors, std::int64_t layer) {
  if (!factors || round.empty()) return {};
  std::vector<at::Tensor> rows;
  for (const IndexedDialogue& member : round)
    rows.push_back(factors(layer, member).unsqueeze(0).expand({member.dialogue->length(), -1}));
  return at::cat(rows);
}

/// \param losses [n] of all targets, dialogue by dialogue
std::vector<double> losses_by_dialogue(const std::vector<IndexedDialogue>& round, const at::Tensor& losses) {
  std::vector<double> sums;
  std::int64_t begin = 0;
  for (const auto& [index, dialogue] : round) {
    const std::int64_t targets = dialogue->targets();
    sums.push_back(losses.narrow(0, begin, targets).sum().item<double>());
    begin += targets;
  }
  return sums;
}

}  // namespace

/// A layer keeps its tape for the backward walk, or only its input (`x` of the tape).
struct GradientWalk::Pass {
  bool empty = false;  // this rank has no dialogue, but leases with the others
  transformer::Stack stack;
  at::Tensor x;                               // [rows, d]
  std::vector<transformer::LayerTape> tapes;  // [L - lowest]
};

std::int64_t GradientWalk::kept_tapes(std::int64_t rows) const {
  const transformer::ModelConfig& config = transformer_.config();
  const auto weight_bytes = static_cast<std::int64_t>(transformer_.store().options().dtype().itemsize());
  const std::int64_t wide_bytes = std::max<std::int64_t>(weight_bytes, 4);
  const std::int64_t layers = config.layers - lowest_;
  const auto tape = static_cast<double>(rows * transformer::tape_row_bytes(config, weight_bytes, wide_bytes));
  const auto entered = static_cast<double>(rows * config.width * wide_bytes);
  const double room = tape_bytes_ - tape - entered * static_cast<double>(layers);  // one tape is always in use
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(room / (tape - entered))), 0, layers);
}

void GradientWalk::forward(Pass& pass) const {
  const std::int64_t layers = transformer_.config().layers;
  const std::int64_t first_kept = pass.empty ? layers : layers - kept_tapes(pass.x.size(0));
  const auto visit = [&](std::int64_t layer, const transformer::LayerWeights& weights) {
    if (pass.empty) return;
    transformer::LayerTape& tape = pass.tapes[static_cast<std::size_t>(layer - lowest_)];
    if (layer >= first_kept) {
      transformer_.advance_recording(layer, weights, pass.x, pass.stack, tape);
    } else {
      tape.x = pass.x;
      pass.x = pass.x.clone();
      transformer_.advance(layer, weights, pass.x, pass.stack, transformer::factor_hook(tape.head_factors), {});
    }
  };
  transformer::for_each_layer(transformer_.store(), {.begin = lowest_, .end = layers}, visit);
}

at::Tensor GradientWalk::backward(Pass& pass, at::Tensor gradient, transformer::GradientSink& sink) const {
  const auto visit = [&](std::int64_t layer, const transformer::LayerWeights& weights) {
    if (pass.empty) {
      sink.layer_done(layer);
      return;
    }
    transformer::LayerTape tape = std::exchange(pass.tapes[static_cast<std::size_t>(layer - lowest_)], {});
    if (!tape.x_mid.defined()) {
      at::Tensor x = tape.x;
      transformer_.advance_recording(layer, weights, x, pass.stack, tape);
    }
    const auto below = layer > lowest_ || end_.at_embedding ? transformer::BelowLayer::wants_gradient
                                                            : transformer::BelowLayer::wants_none;
    gradient = transformer::backward(layer, weights, transformer_.config(), tape, pass.stack, gradient, below, sink);
    sink.layer_done(layer);
    transformer_.store().make_progress();
  };
  transformer::for_each_layer(
      transformer_.store(),
      {.begin = lowest_, .end = transformer_.config().layers, .order = transformer::LayerSpan::Order::backward}, visit);
  return gradient;
}

std::vector<double> GradientWalk::run(const std::vector<IndexedDialogue>& round,
                                      const std::vector<at::Tensor>& residuals, double scale,
                                      const HeadFactors& factors, transformer::GradientSink& sink) const {
  Pass pass{.empty = round.empty(), .stack = {}, .x = {}, .tapes = {}};
  if (!pass.empty) {
    std::vector<transformer::Stretch> stretches;
    for (const IndexedDialogue& member : round) stretches.push_back({.rows = member.dialogue->length()});
    pass.stack = transformer_.stack(std::move(stretches));
    pass.x = at::cat(residuals);
  }
  for (std::int64_t layer = lowest_; layer < transformer_.config().layers; ++layer)
    pass.tapes.emplace_back().head_factors = factors_of(round, factors, layer);
  forward(pass);
  const TargetRows targets = target_rows(round, transformer_.store().options().device());
  const auto [losses, gradient] = cross_entropy(transformer_, std::exchange(pass.x, {}), targets, scale, sink);
  const at::Tensor of_embedded = backward(pass, gradient, sink);
  if (end_.at_embedding) sink.embedding(tokens_of(round), of_embedded);
  return pass.empty ? std::vector<double>{} : losses_by_dialogue(round, losses);
}

}  // namespace pinpoint::tuning
