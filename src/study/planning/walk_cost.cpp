#include "study/planning/walk_cost.h"

#include <algorithm>
#include <cmath>

#include "model/transformer/layer_size.h"
#include "model/transformer/vocabulary_tile.h"
#include "study/planning/search.h"
#include "study/planning/symbols.h"

namespace pinpoint::planning {
namespace {

double share(double items, int ranks) { return std::ceil(items / ranks); }

/// How the rows of a block fill tiles, set by set. The last set may be smaller.
class BlockTiles {
 public:
  BlockTiles(const transformer::ModelConfig& config, const SweepCostInputs& inputs, std::int64_t block)
      : heads_(static_cast<double>(config.heads)), rows_(static_cast<double>(inputs.tile_rows)),
        null_rows_(inputs.precision.has_differences() ? 0 : 1), set_(static_cast<double>(inputs.set_samples)),
        whole_(std::floor(static_cast<double>(block) / set_)), rest_(static_cast<double>(block) - whole_ * set_) {}

  double sets() const { return whole_ + (rest_ > 0 ? 1 : 0); }
  /// Tiles that hold rows of layers up to `layer`.
  double live(double layer) const {
    return over_sets([&](double n) { return std::ceil(joined(n, layer) / rows_); });
  }
  /// Tiles in which rows of `layer` join.
  double joining(double layer) const {
    return over_sets(
        [&](double n) { return std::ceil(joined(n, layer) / rows_) - std::floor(joined(n, layer - 1) / rows_); });
  }

 private:
  double joined(double samples, double layer) const { return samples * (null_rows_ + heads_ * (layer + 1)); }
  template <class Count>
  double over_sets(Count count) const {
    return whole_ * count(set_) + (rest_ > 0 ? count(rest_) : 0);
  }
  double heads_, rows_, null_rows_, set_, whole_, rest_;
};

/// The passes of the busiest rank in a block.
struct PassShare {
  double stacks = 0, samples = 0, positions = 0;
  PassShare(const SweepCostInputs& inputs, const BlockTiles& tiles, std::int64_t block, int ranks) {
    const auto set = static_cast<double>(inputs.set_samples), all = static_cast<double>(block);
    const double in_stack = std::min(set, std::ceil(static_cast<double>(inputs.pass_rows) / inputs.positions()));
    stacks = share(std::min(all, tiles.sets() * std::ceil(set / in_stack)), ranks);
    samples = std::min(all, stacks * in_stack);
    positions = samples * inputs.positions();
  }
};

/// Bytes of the MLP's activations for so many rows of the residual stream.
double mlp_activations(const Symbols& s, double rows, double element) {
  return rows * (2 * s.f * element + s.d * (8 + 2 * element));
}

double pass_activations(const Symbols& s, const SweepCostInputs& inputs, double rows, double element) {
  const double scores = 2 * s.H * inputs.reference_tokens * inputs.reference_tokens * 4;
  const double projections = rows * ((s.He + 2 * s.Ge) * (8 + element) + s.d * (4 + element));
  return std::max(projections + scores, mlp_activations(s, rows, element));
}

/// Bytes of a tile of differences, in float32: [rows, f] the null row's gate, up and hidden, their changes, and the
/// result of a product; [rows, d] the null row, both norms and their difference. In bf16: rounded copies.
double difference_activations(const Symbols& s, double rows) { return rows * (5 * 4 * s.f + 2 * s.f + 5 * 4 * s.d); }

double tile_activations(const Symbols& s, const SweepCostInputs& inputs, double element) {
  const auto rows = static_cast<double>(inputs.tile_rows);
  const double vocabulary = std::min(s.V, static_cast<double>(transformer::vocabulary_tile));
  const double in_layer = inputs.precision.has_differences() ? difference_activations(s, rows)
                                                             : rows * 4 * s.d + mlp_activations(s, rows, element);
  const double in_readout =
      rows * 4 * (s.d + 3 * vocabulary);  // normed rows; logits, and two copies for their logsumexp
  return std::max(in_layer, in_readout);
}

/// Bytes per sample and layer. For whole rows: z_A, z_c, W_o z_A and the null row. For differences: z_c - z_A, the null
/// row, and its gate and up.
double trace_bytes(const Model& model, const SweepPrecision& precision) {
  const Symbols s(model.config);
  if (precision.has_differences()) return 4 * (s.He + s.d + 2 * s.f);
  return 2 * s.He * precision.activation_bytes(model.dtype) + 2 * 4 * s.d;
}

/// Traces and null rows of a layer, which their owners send to all ranks.
Traffic exchanged_in_a_layer(const Model& model, const SweepCostInputs& inputs, std::int64_t block,
                             const Ranks& ranks) {
  const double others = 1 - 1.0 / ranks.count;
  return {.exchanged = others * static_cast<double>(block) * trace_bytes(model, inputs.precision)};
}

/// Null rows after the last layer, and their logits.
Traffic exchanged_in_the_readout(const Model& model, const SweepCostInputs& inputs, std::int64_t block,
                                 const Ranks& ranks) {
  if (!inputs.precision.has_differences()) return {};
  const Symbols s(model.config);
  return {.exchanged = (1 - 1.0 / ranks.count) * static_cast<double>(block) * 4 * (s.d + s.V)};
}

}  // namespace

Memory walk_memory(const Model& model, const SweepCostInputs& inputs, std::int64_t block, int ranks) {
  const Symbols s(model.config);
  const double element = inputs.precision.activation_bytes(model.dtype);
  const BlockTiles tiles(model.config, inputs, block);
  const PassShare passes(inputs, tiles, block, ranks);
  const double stack = passes.stacks > 0 ? passes.positions / passes.stacks : 0;
  Memory memory;
  memory.add("rows", share(tiles.live(s.L - 1), ranks) * static_cast<double>(inputs.tile_rows) * 4 * s.d);
  memory.add("passes", passes.positions * 4 * s.d);
  const double hidden = inputs.precision.has_differences() ? 4 * s.f : 0;
  if (inputs.precision.widens_layers(model))
    memory.add("widened layer", transformer::widened_layer_bytes(model.config));
  memory.add("traces of a layer", static_cast<double>(block) * (trace_bytes(model, inputs.precision) + hidden));
  memory.add("activations",
             std::max(pass_activations(s, inputs, stack, element), tile_activations(s, inputs, element)));
  return memory;
}

std::int64_t samples_that_fit(const Model& model, const SweepCostInputs& inputs, int ranks, double bytes) {
  const auto samples_of = [&](std::int64_t sets) { return std::min(inputs.samples, sets * inputs.set_samples); };
  const std::int64_t all = (inputs.samples + inputs.set_samples - 1) / inputs.set_samples;
  return samples_of(std::max<std::int64_t>(1, most_that_hold(all, [&](std::int64_t sets) {
                                             return walk_memory(model, inputs, samples_of(sets), ranks).total() <=
                                                    bytes;
                                           })));
}

Memory sweep_memory(const Model& model, const SweepCostInputs& inputs, std::int64_t block, const Placement& placement,
                    const Ranks& ranks) {
  Memory memory = weight_memory(model, placement, ranks);
  memory += walk_memory(model, inputs, block, ranks.count);
  return memory;
}

Traffic walk_traffic(const Model& model, const SweepCostInputs& inputs, std::int64_t block, const Placement& placement,
                     const Ranks& ranks) {
  Traffic layer = layer_traffic(model, placement, ranks);
  layer += exchanged_in_a_layer(model, inputs, block, ranks);
  Traffic all = static_cast<double>(model.config.layers) * layer;
  all += unembedding_traffic(model, placement, ranks);
  all += exchanged_in_the_readout(model, inputs, block, ranks);
  return all;
}

StageTime walk_time(const Model& model, const SweepCostInputs& inputs, std::int64_t block, const Placement& placement,
                    const Machine& machine, const Ranks& ranks) {
  const Symbols s(model.config);
  const BlockTiles tiles(model.config, inputs, block);
  const PassShare passes(inputs, tiles, block, ranks.count);
  const auto rows = static_cast<double>(inputs.tile_rows);
  const SweepPrecision& precision = inputs.precision;
  const double element = element_bytes(model.dtype);
  const double layer_matrices = transformer::layer_parameters(model.config),
               mlp_matrices = transformer::mlp_parameters(model.config);
  // A product takes the time of its operations, but at least that of reading its weights from memory.
  const auto products = [&](double count, double rows_of_each, double parameters, double rate) {
    return count * std::max(2 * rows_of_each * parameters / rate, parameters * element / machine.memory_rate);
  };
  const double pass_rate = precision.pass_rate(machine, model.dtype) / precision.pass_products(model.dtype);
  const double row_rate = precision.has_differences() ? precision.row_rate(machine, model.dtype) : pass_rate;
  const double checks = std::ceil(share(static_cast<double>(inputs.checks), ranks.count) * static_cast<double>(block) /
                                  static_cast<double>(inputs.samples));
  const double null_joins =
      precision.has_differences()
          ? 0
          : std::min(tiles.sets(), std::ceil(passes.samples / static_cast<double>(inputs.set_samples)));
  const double join_columns = precision.has_differences() ? s.e : s.He;
  const double constant =
      products(passes.stacks, passes.stacks > 0 ? passes.positions / passes.stacks : 0, layer_matrices, pass_rate) +
      products(checks, inputs.reference_tokens, layer_matrices, pass_rate) +
      products(null_joins, rows, s.d * s.He, pass_rate) +
      passes.samples * pass_attention(s, inputs) / machine.float32();

  Traffic fetched = layer_traffic(model, placement, ranks);
  fetched += exchanged_in_a_layer(model, inputs, block, ranks);
  const Moving moving = moving_time(fetched, placement, machine, ranks);
  WalkClock clock;
  for (double layer = 0; layer < s.L; ++layer)
    clock.step(constant + products(share(tiles.live(layer), ranks.count), rows, mlp_matrices, row_rate) +
                   products(share(tiles.joining(layer), ranks.count), rows, s.d * join_columns, row_rate),
               moving);
  const double read_out = share(tiles.live(s.L - 1), ranks.count) * rows;
  const double read_out_rate = precision.has_differences() ? row_rate : machine.float32();
  Traffic unembedding = unembedding_traffic(model, placement, ranks);
  unembedding += exchanged_in_the_readout(model, inputs, block, ranks);
  clock.step(s.unembedding_row() * (read_out / read_out_rate + (passes.samples + checks) / machine.float32()),
             moving_time(unembedding, placement, machine, ranks));
  return clock.finish();
}

}  // namespace pinpoint::planning
