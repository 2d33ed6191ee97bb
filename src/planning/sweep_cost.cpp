#include "planning/sweep_cost.h"

#include "model/layer_size.h"
#include "planning/symbols.h"

namespace pinpoint::planning {

double pass_attention(const Symbols& s, const SweepWork& work) {
  return work.reference_tokens * s.attention_row(work.reference_tokens) +
         work.suffix_tokens * s.attention_row(work.counterfactual_tokens);
}

SweepOperations sweep_operations(const model::ModelConfig& config, const SweepWork& work) {
  const Symbols s(config);
  const auto n = static_cast<double>(work.samples);
  const double heads = n * s.L * s.H;
  return {.passes = n * 2 * s.L * model::layer_parameters(config) * work.positions(),
          .rows = n * s.H * s.L * (s.L + 1) / 2 * s.mlp_row(),
          .joins = heads * s.join_row(),
          .unembedding = heads * s.unembedding_row(),
          .null_rows = n * s.L * s.mlp_row(),
          .null_joins = n * s.L * s.join_row(),
          .null_unembedding = n * s.unembedding_row(),
          .pass_a_logits = n * s.unembedding_row(),
          .attention = n * s.L * pass_attention(s, work)};
}

double literal_operations(const model::ModelConfig& config, const SweepWork& work) {
  const Symbols s(config);
  const double pass = 2 * s.L * model::layer_parameters(config) * work.reference_tokens;
  return static_cast<double>(work.samples) * s.L * s.H * pass;
}

}  // namespace pinpoint::planning
