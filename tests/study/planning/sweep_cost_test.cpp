#include "study/planning/sweep_cost.h"

#include <gtest/gtest.h>

#include "model/transformer/layer_size.h"
#include "study/planning/shapes.h"

namespace pinpoint::planning {
namespace {

SweepCostInputs small_work(const SweepPrecision& precision) {
  return {.precision = precision, .samples = 2, .reference_tokens = 5, .counterfactual_tokens = 4, .suffix_tokens = 3};
}

/// A forward pass of the reference.
double forward(const transformer::ModelConfig& config, const SweepCostInputs& inputs) {
  return 2 * static_cast<double>(config.layers) * transformer::layer_parameters(config) * inputs.reference_tokens;
}

struct Published {
  std::string model;
  double forwards;  ///< cost of a sample's sweep, in forward passes
  double less;      ///< cost of the literal procedure, in sweeps
};

TEST(SweepOperations, AreThoseOfThePublishedCounts) {
  // Prompts of 120 tokens that share all but 14. The numbers were calculated without this program and leave out joins
  // (0.5 %).
  const Published published[] = {{"Llama-2-7b-chat-hf", 4.2, 242},
                                 {"Llama-2-13b-chat-hf", 5.9, 273},
                                 {"Llama-2-70b-chat-hf", 19.1, 268},
                                 {"Qwen-72B-Chat", 16.8, 304}};
  for (const auto& [name, forwards, less] : published) {
    SCOPED_TRACE(name);
    const transformer::ModelConfig config = test::published(name).config;
    const SweepCostInputs one{.precision = test::whole_bf16, .samples = 1};
    const SweepOperations done = sweep_operations({config, transformer::DType::bf16}, one);
    const double swept = done.passes + done.rows + done.unembedding;
    EXPECT_LT(done.joins, 0.006 * swept);
    EXPECT_NEAR(swept / forward(config, one), forwards, 0.05);
    EXPECT_NEAR(literal_operations(config, one) / swept, less, 0.6);
  }
}

TEST(SweepOperations, OfASmallModelAreThoseCalculatedByHand) {
  const transformer::ModelConfig config = test::odd_shape(transformer::Architecture::llama);
  const SweepOperations done = sweep_operations({config, transformer::DType::bf16}, small_work(test::whole_bf16));
  // A layer: 2*10*(8+4) of attention, 3*10*6 of MLP.
  EXPECT_EQ(done.passes, 2 * 2 * 3 * (240 + 180) * (5 + 3));
  EXPECT_EQ(done.rows, 2 * (2 * (3 + 2 + 1)) * 6 * 10 * 6);  // heads of layers 0, 1, 2 go through 3, 2, 1 MLPs
  EXPECT_EQ(done.joins, 2 * 6 * 2 * 10 * 8);
  EXPECT_EQ(done.unembedding, 2 * 6 * 2 * 10 * 7);
  EXPECT_EQ(done.null_rows, 2 * 3 * 6 * 10 * 6);
  EXPECT_EQ(done.null_joins, 2 * 3 * 2 * 10 * 8);
  EXPECT_EQ(done.null_unembedding, 2 * 2 * 10 * 7);
  EXPECT_EQ(done.pass_a_logits, 2 * 2 * 10 * 7);
  EXPECT_EQ(done.attention, 2 * 3 * 4 * 8 * (5 * 5 + 3 * 4));
}

TEST(SweepOperations, OfDifferencesJoinByOneHeadAndNeedNoNullRows) {
  const transformer::ModelConfig config = test::odd_shape(transformer::Architecture::llama);
  const auto operations = [&](const SweepPrecision& precision, transformer::DType weights) {
    return sweep_operations({config, weights}, small_work(precision));
  };
  using enum transformer::Activations;
  const SweepOperations whole = operations(test::whole_bf16, transformer::DType::bf16);
  const SweepOperations done = operations({SweepPrecision::Rows::differences, two_parts}, transformer::DType::bf16);
  EXPECT_EQ(done.passes, 2 * whole.passes);
  EXPECT_EQ(done.rows, whole.rows);
  EXPECT_EQ(done.joins, 2 * 6 * 2 * 10 * 4);
  EXPECT_EQ(done.unembedding, whole.unembedding);
  EXPECT_EQ(done.null_rows + done.null_joins + done.null_unembedding, 0);
  EXPECT_EQ(done.pass_a_logits, whole.pass_a_logits);
  // float32 weights need one product.
  EXPECT_EQ(operations({SweepPrecision::Rows::whole, two_parts}, transformer::DType::float32).rows, whole.rows);
  EXPECT_EQ(operations({SweepPrecision::Rows::whole, two_parts}, transformer::DType::bf16).rows, 2 * whole.rows);
  EXPECT_EQ(operations({SweepPrecision::Rows::whole, wide}, transformer::DType::bf16).rows, whole.rows);
}

}  // namespace
}  // namespace pinpoint::planning
