#include "study/planning/tune_cost.h"

#include <algorithm>
#include <cmath>

#include "model/transformer/layer_size.h"
#include "model/transformer/vocabulary_tile.h"
#include "study/planning/search.h"

namespace pinpoint::planning {
namespace {

constexpr double float32 = 4;
/// In units of the forward pass: two gradients, and the attention weights once more, which the forward pass does not
/// keep.
constexpr double attention_passes_back = 3;

double tuned_layers(const transformer::ModelConfig& config, const TuneCostInputs& inputs) {
  return static_cast<double>(config.layers - inputs.lowest_layer);
}

/// Logits for the loss; logits again, tile by tile, and their gradient by the activations; and the gradient of the
/// unembedding if it is trained.
double passes_through_unembedding(const TuneCostInputs& inputs) { return inputs.method == TuneMethod::slices ? 3 : 4; }

/// Bytes per token of what the backward pass needs of one layer: in float32 the residual stream before attention and
/// MLP, queries, keys and values; in the weights' type head outputs, gate and up.
double tape_bytes(const Symbols& s, double element) {
  return float32 * (2 * s.d + s.He + 2 * s.Ge) + element * (s.He + 2 * s.f);
}

std::int64_t ceil_of(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

double whole_gradient(const Model& model) { return layer_bytes({model.config, transformer::DType::float32}, 1); }

/// The largest gradient that is summed over a group at once.
double largest_gradient(const Model& model) {
  const Symbols s(model.config);
  return std::max(whole_gradient(model),
                  float32 * s.d * std::min(s.V, static_cast<double>(transformer::vocabulary_tile)));
}

/// If every weight is trained, a layer's gradient is summed over the group at once, and each rank keeps its slice.
double scattered_gradient(const Model& model, const TuneCostInputs& inputs, const Placement& placement) {
  return inputs.method == TuneMethod::slices ? 0 : whole_gradient(model) * (1 - 1.0 / placement.shard);
}

/// The same for embedding and unembedding, once per round; they are sent separately even if they are tied.
double scattered_tables(const Model& model, const TuneCostInputs& inputs, const Placement& placement) {
  const Symbols s(model.config);
  return inputs.method == TuneMethod::slices ? 0 : 2 * float32 * s.V * s.d * (1 - 1.0 / placement.shard);
}

/// Bytes of the sum over all ranks (slices), or over the replicas of each slice (everything), at the end of a step.
double summed_gradients(const Model& model, const TuneCostInputs& inputs, const Placement& placement,
                        const Ranks& ranks) {
  const bool slices = inputs.method == TuneMethod::slices;
  const double parts = slices ? ranks.count : static_cast<double>(ranks.count) / placement.shard;
  const double own = float32 * trained_parameters(model.config, inputs) / (slices ? 1 : placement.shard);
  return 2 * own * (1 - 1 / parts);
}

}  // namespace

double trained_parameters(const transformer::ModelConfig& config, const TuneCostInputs& inputs) {
  if (inputs.method == TuneMethod::everything) return all_parameters(config);
  const Symbols s(config);
  const bool biases = inputs.train_bias && transformer::family_of(config.architecture).projection_biases;
  const auto heads = static_cast<double>(inputs.heads);
  const auto kv_groups = inputs.train_kv ? static_cast<double>(inputs.kv_groups) : 0;
  return heads * (2 * s.e * s.d + (biases ? s.e : 0)) + kv_groups * (2 * s.e * s.d + (biases ? 2 * s.e : 0));
}

Memory step_memory(const Model& model, const TuneCostInputs& inputs, const Rounds& rounds, const Placement& placement) {
  const Symbols s(model.config);
  const double element = element_bytes(model.dtype), trained = trained_parameters(model.config, inputs);
  Memory memory;
  if (inputs.method == TuneMethod::slices) {
    memory.add("slices and their moments", 16 * trained);
    const double keys = inputs.train_kv ? 2 * s.Ge : 0;
    memory.add("patched matrices of a layer", s.d * (2 * s.He + keys) * element);
  } else {
    memory.add("master and moments", 12 * trained / placement.shard);
    memory.add("gradient at rest", float32 * trained / placement.shard);
    if (placement.shard > 1) memory.add("gradients at work and on their way", 3 * largest_gradient(model));
  }
  const double tokens = static_cast<double>(rounds.dialogues) * inputs.dialogue_tokens;
  const double a_layer = rounds.keeps_tapes ? tape_bytes(s, element) : float32 * s.d;
  memory.add(rounds.keeps_tapes ? "tapes of all layers" : "residual of every layer",
             tokens * tuned_layers(model.config, inputs) * a_layer);
  // The backward pass of a layer also needs gradients: those of gate and up, and of the residual stream.
  const double in_use = rounds.keeps_tapes ? 0 : tape_bytes(s, element);
  memory.add("activations of a layer", tokens * (in_use + 2 * s.f * element + 2 * float32 * s.d));
  const double tile = std::min(s.V, static_cast<double>(transformer::vocabulary_tile));
  memory.add("logits", 2 * float32 * tokens * inputs.labelled_share * tile);
  return memory;
}

Memory tune_memory(const Model& model, const TuneCostInputs& inputs, const Rounds& rounds, const Placement& placement,
                   const Ranks& ranks) {
  Memory memory = weight_memory(model, placement, ranks);
  memory += step_memory(model, inputs, rounds, placement);
  return memory;
}

Rounds choose_rounds(const Model& model, const TuneCostInputs& inputs, const Placement& placement, int ranks,
                     double bytes) {
  const std::int64_t share = ceil_of(inputs.batch, ranks);
  const std::int64_t most = std::min(share, inputs.micro_batch.value_or(share));
  const std::int64_t least = inputs.micro_batch ? most : 1;
  for (const bool keeps_tapes : {true, false}) {
    const std::int64_t dialogues = most_that_hold(most, [&](std::int64_t n) {
      return step_memory(model, inputs, {.dialogues = n, .keeps_tapes = keeps_tapes}, placement).total() <= bytes;
    });
    if (dialogues < least) continue;
    const std::int64_t count = ceil_of(share, dialogues);
    return {.dialogues = inputs.micro_batch ? dialogues : ceil_of(share, count),
            .count = count,
            .keeps_tapes = keeps_tapes};
  }
  return {.dialogues = least, .count = ceil_of(share, least), .keeps_tapes = false};
}

TuneOperations tune_operations(const transformer::ModelConfig& config, const TuneCostInputs& inputs, bool keeps_tapes) {
  const Symbols s(config);
  const double tokens = static_cast<double>(inputs.batch) * inputs.dialogue_tokens;
  const double layer = 2 * transformer::layer_parameters(config), tuned = tuned_layers(config, inputs);
  const double logits = inputs.labelled_share * s.unembedding_row(),
               attention = s.attention_row(inputs.dialogue_tokens);
  const double weights_too = inputs.method == TuneMethod::everything ? 2 : 1;
  const double slices = inputs.method == TuneMethod::slices ? 2 * trained_parameters(config, inputs) : 0;
  return {
      .forward = tokens * (s.L * layer + logits),
      .backward = tokens * (weights_too * tuned * layer + slices + (passes_through_unembedding(inputs) - 1) * logits),
      .recomputation = keeps_tapes ? 0 : tokens * tuned * layer,
      .attention = tokens * attention * (s.L + (attention_passes_back + (keeps_tapes ? 0 : 1)) * tuned)};
}

Traffic step_traffic(const Model& model, const TuneCostInputs& inputs, const Rounds& rounds, const Placement& placement,
                     const Ranks& ranks) {
  const double tuned = tuned_layers(model.config, inputs);
  const double layers = static_cast<double>(model.config.layers);
  Traffic round = (layers + tuned) * layer_traffic(model, placement, ranks);
  round += 2 * unembedding_traffic(model, placement, ranks);
  round.gathered += tuned * scattered_gradient(model, inputs, placement) + scattered_tables(model, inputs, placement);
  Traffic step = static_cast<double>(rounds.count) * round;
  step.exchanged = summed_gradients(model, inputs, placement, ranks);
  return step;
}

StageTime step_time(const Model& model, const TuneCostInputs& inputs, const Rounds& rounds, const Placement& placement,
                    const Machine& machine, const Ranks& ranks) {
  const Symbols s(model.config);
  const double tokens = static_cast<double>(rounds.dialogues) * inputs.dialogue_tokens;
  const double parameters = transformer::layer_parameters(model.config);
  const double out_of_memory = parameters * element_bytes(model.dtype) / machine.memory_rate;
  const double once = std::max(2 * tokens * parameters / machine.products(model.dtype), out_of_memory);
  const double attention = tokens * s.attention_row(inputs.dialogue_tokens) / machine.float32();
  const double again = rounds.keeps_tapes ? 0 : 1, weights_too = inputs.method == TuneMethod::everything ? 2 : 1;
  const double back = (again + weights_too) * once + (again + attention_passes_back) * attention;
  const double logits = tokens * inputs.labelled_share * s.unembedding_row() / machine.float32();

  Traffic going_back = layer_traffic(model, placement, ranks);
  going_back.gathered += scattered_gradient(model, inputs, placement);
  const auto time_of = [&](const Traffic& traffic) { return moving_time(traffic, placement, machine, ranks); };
  const Moving forth = time_of(layer_traffic(model, placement, ranks)),
               vocabulary = time_of(unembedding_traffic(model, placement, ranks));

  WalkClock clock;
  for (std::int64_t layer = 0; layer < model.config.layers; ++layer) clock.step(once + attention, forth);
  clock.step(logits, vocabulary);
  clock.step((passes_through_unembedding(inputs) - 1) * logits, vocabulary);
  for (std::int64_t layer = inputs.lowest_layer; layer < model.config.layers; ++layer)
    clock.step(back, time_of(going_back));
  StageTime step = static_cast<double>(rounds.count) * clock.finish();
  const Moving sums = time_of({.exchanged = summed_gradients(model, inputs, placement, ranks)});
  step += {.seconds = sums.exchange, .compute = 0, .moving = sums};
  return step;
}

}  // namespace pinpoint::planning
