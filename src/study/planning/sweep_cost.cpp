#include "study/planning/sweep_cost.h"

#include "model/transformer/layer_size.h"
#include "study/planning/model_size.h"
#include "study/planning/symbols.h"

namespace pinpoint::planning {

using transformer::Activations;
using transformer::DType;

bool SweepPrecision::widens_layers(const Model& model) const {
  return !has_differences() && passes == Activations::wide && model.dtype == DType::bf16 &&
         transformer::is_widened_whole(model.config);
}

double SweepPrecision::pass_products(DType weights) const {
  return passes == Activations::two_parts && weights == DType::bf16 ? 2 : 1;
}

double SweepPrecision::activation_bytes(DType weights) const {
  return passes == Activations::rounded ? element_bytes(weights) : element_bytes(DType::float32);
}

double SweepPrecision::pass_rate(const Machine& machine, DType weights) const {
  return passes == Activations::wide ? machine.float32() : machine.products(weights);
}

double SweepPrecision::row_rate(const Machine& machine, DType weights) const {
  return has_differences() ? machine.products(weights) : pass_rate(machine, weights);
}

double pass_attention(const Symbols& s, const SweepCostInputs& inputs) {
  return inputs.reference_tokens * s.attention_row(inputs.reference_tokens) +
         inputs.suffix_tokens * s.attention_row(inputs.counterfactual_tokens);
}

SweepOperations sweep_operations(const Model& model, const SweepCostInputs& inputs) {
  const Symbols s(model.config);
  const SweepPrecision& precision = inputs.precision;
  const auto n = static_cast<double>(inputs.samples);
  const double heads = n * s.L * s.H, products = precision.pass_products(model.dtype);
  // `products` is for whole rows. A difference needs one product, joins with its head's columns, and its null row is
  // pass A.
  const double of_a_row = precision.has_differences() ? 1 : products;
  const double null = precision.has_differences() ? 0 : 1;
  return {.passes = products * n * 2 * s.L * transformer::layer_parameters(model.config) * inputs.positions(),
          .rows = of_a_row * n * s.H * s.L * (s.L + 1) / 2 * s.mlp_row(),
          .joins = heads * (precision.has_differences() ? s.head_join_row() : of_a_row * s.join_row()),
          .unembedding = heads * s.unembedding_row(),
          .null_rows = null * of_a_row * n * s.L * s.mlp_row(),
          .null_joins = null * of_a_row * n * s.L * s.join_row(),
          .null_unembedding = null * n * s.unembedding_row(),
          .pass_a_logits = n * s.unembedding_row(),
          .attention = n * s.L * pass_attention(s, inputs)};
}

double literal_operations(const transformer::ModelConfig& config, const SweepCostInputs& inputs) {
  const Symbols s(config);
  const double pass = 2 * s.L * transformer::layer_parameters(config) * inputs.reference_tokens;
  return static_cast<double>(inputs.samples) * s.L * s.H * pass;
}

}  // namespace pinpoint::planning
