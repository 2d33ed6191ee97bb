/// \file
/// The cost of a tuning step: operations, memory, bytes, time (docs/method.md, 5, 6 and 10.1).
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
  std::int64_t kv_groups = 32;    ///< key/value groups of these heads, at most min(K, L G)
  std::int64_t lowest_layer = 0;  ///< lowest tuned layer; 0 if unknown
  bool train_kv = false;
  bool train_bias = false;
  std::int64_t batch = 32;                                 ///< dialogues per step, of all ranks together
  std::optional<std::int64_t> micro_batch = std::nullopt;  ///< dialogues of a rank per round
  double dialogue_tokens = 512;                            ///< mean
  double labelled_share = 0.25;                            ///< share of the tokens that are targets
};

/// Number of trained parameters. Slices: 2 e d per head (query and output); with train_kv also 2 e d per key/value
/// group; with train_bias e per head and 2 e per key/value group, if the family has biases. Everything: all parameters.
double trained_parameters(const transformer::ModelConfig& config, const TuneCostInputs& inputs);

/// How the dialogues of a rank go through the model in one step.
struct Rounds {
  std::int64_t dialogues = 1;  ///< per rank and round
  std::int64_t count = 1;      ///< rounds per step
  bool keeps_tapes = false;    ///< the forward pass keeps the tapes of all tuned layers
};

/// Memory of a step besides the weights.
///
/// Slices: float32 master, gradient and two moments, 16 bytes per parameter, on every rank; the patched query and
/// output matrices of the current layer. Everything: master and two moments, 12 bytes per parameter, and gradient, 4
/// bytes, shared by the group; with sharding also three whole gradients of a layer or a vocabulary tile: the current
/// one, the one being sent, and a receive buffer. Activations: the residual stream at every layer from the lowest tuned
/// one on, or the tapes of these layers if they are kept; the tape of one layer; two tiles of logits.
Memory step_memory(const Model& model, const TuneCostInputs& inputs, const Rounds& rounds, const Placement& placement);

/// Memory of a step and of the weights.
Memory tune_memory(const Model& model, const TuneCostInputs& inputs, const Rounds& rounds, const Placement& placement,
                   const Ranks& ranks);

/// The fewest rounds that fit into `bytes` besides the weights, with tapes if a round of one dialogue fits with them.
/// If nothing fits: the smallest rounds, without tapes. A configured `micro_batch` is respected.
Rounds choose_rounds(const Model& model, const TuneCostInputs& inputs, const Placement& placement, int ranks,
                     double bytes);

/// Operations of one step by all ranks.
struct TuneOperations {
  double forward = 0;        ///< 2 P per token, and the logits of targets
  double backward = 0;       ///< of activations: 2 P of the layers from the lowest tuned on; everything: 4 P
  double recomputation = 0;  ///< 2 P of those layers, unless tapes are kept
  double attention = 0;      ///< scores and weighted sums, forward and backward
  double all() const { return forward + backward + recomputation + attention; }
};
TuneOperations tune_operations(const transformer::ModelConfig& config, const TuneCostInputs& inputs, bool keeps_tapes);

/// Bytes that arrive at a rank in one step. Per round: every layer once forward, the layers from the lowest tuned one
/// on once backward, the unembedding twice. Gradients once.
Traffic step_traffic(const Model& model, const TuneCostInputs& inputs, const Rounds& rounds, const Placement& placement,
                     const Ranks& ranks);

/// Time of one step, on a rank with ceil(batch / ranks) dialogues.
StageTime step_time(const Model& model, const TuneCostInputs& inputs, const Rounds& rounds, const Placement& placement,
                    const Machine& machine, const Ranks& ranks);

}  // namespace pinpoint::planning
