/// \file
/// What a step of tuning costs: operations, memory, bytes, time (method: sections 5, 6).
#pragma once

#include <cstdint>
#include <optional>

#include "study/planning/memory.h"
#include "study/planning/stage_time.h"
#include "study/planning/symbols.h"

namespace pinpoint::planning {

enum class TuneMethod {
  slices,      ///< supervised pinpoint tuning: slices of the selected heads
  everything,  ///< supervised fine-tuning: every weight
};

struct TuneCostInputs {
  TuneMethod method = TuneMethod::slices;
  std::int64_t heads = 32;        ///< K
  std::int64_t kv_groups = 32;    ///< key/value groups that these heads are in, at most min(K, L G)
  std::int64_t lowest_layer = 0;  ///< of the tuned; 0 as long as nobody knows
  bool train_kv = false;
  bool train_bias = false;
  std::int64_t batch = 32;                                 ///< dialogues a step, all ranks together
  std::optional<std::int64_t> micro_batch = std::nullopt;  ///< dialogues of a rank that go through the model together
  double dialogue_tokens = 512;                            ///< mean
  double labelled_share = 0.25;                            ///< of the tokens, those that are learnt
};

/// Parameters that are trained: of a head's slices 2 e d (query and output), with train_kv as many of each group, with
/// train_bias e a head and 2 e a group where the family has biases; or all.
double trained_parameters(const transformer::ModelConfig& config, const TuneCostInputs& inputs);

/// How a rank's dialogues of a step go through the model.
struct Rounds {
  std::int64_t dialogues = 1;  ///< of one rank in one round
  std::int64_t count = 1;      ///< rounds a step
  bool keeps_tapes = false;    ///< the forward pass keeps what the backward pass needs of every tuned layer
};

/// What a step takes beside the weights.
///
/// Slices: float32 master, gradient and two moments, 16 bytes a parameter, on every rank; the patched query and output
/// matrices of the layer in use. Everything: master and two moments 12 bytes and the gradient 4 bytes a parameter,
/// shared by the group (the norm of all gradients comes before the first update); where a group shares, three whole
/// gradients of a layer or a tile of the vocabulary: the one at work, the one that is sent, and what comes.
/// Activations: the residual stream at every layer from the lowest tuned on, or their tapes where they are kept; the
/// tape of one layer; two tiles of logits.
Memory step_memory(const Model& model, const TuneCostInputs& inputs, const Rounds& rounds, const Placement& placement);

/// That and the weights.
Memory tune_memory(const Model& model, const TuneCostInputs& inputs, const Rounds& rounds, const Placement& placement,
                   const Ranks& ranks);

/// The fewest rounds that fit into `bytes` beside the weights, with tapes kept if at all one dialogue a round can; the
/// smallest rounds, without tapes, where nothing fits. `micro_batch` is kept to where it is configured.
Rounds choose_rounds(const Model& model, const TuneCostInputs& inputs, const Placement& placement, int ranks,
                     double bytes);

/// Of one step by all ranks.
struct TuneOperations {
  double forward = 0;        ///< 2 P a token, and the logits of the labelled ones
  double backward = 0;       ///< of activations: 2 P of the layers from the lowest tuned on; everything: 4 P
  double recomputation = 0;  ///< 2 P of those layers, unless tapes are kept
  double attention = 0;      ///< scores and what they weigh, there and back
  double all() const { return forward + backward + recomputation + attention; }
};
TuneOperations tune_operations(const transformer::ModelConfig& config, const TuneCostInputs& inputs, bool keeps_tapes);

/// What reaches a rank in one step: every layer once forward, those from the lowest tuned on once backward, the
/// unembedding twice, a round; gradients once.
Traffic step_traffic(const Model& model, const TuneCostInputs& inputs, const Rounds& rounds, const Placement& placement,
                     const Ranks& ranks);

/// One step, as long as a rank with ceil(batch / ranks) dialogues takes.
StageTime step_time(const Model& model, const TuneCostInputs& inputs, const Rounds& rounds, const Placement& placement,
                    const Machine& machine, const Ranks& ranks);

}  // namespace pinpoint::planning
