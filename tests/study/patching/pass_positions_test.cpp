#include "study/patching/pass_positions.h"

#include <gtest/gtest.h>

#include "support/random_model.h"

namespace pinpoint::patching {
namespace {

TEST(CounterfactualSuffix, IsWhatFollowsTheSharedPrefixAndAtLeastTheLastToken) {
  const transformer::ModelConfig llama = test::small_llama();
  EXPECT_EQ(counterfactual_suffix({"", {1, 2, 3}, {1, 2, 4, 5}}, llama), 2);
  EXPECT_EQ(counterfactual_suffix({"", {1, 2, 3}, {1, 2}}, llama), 1);  // a prefix of the reference
  EXPECT_EQ(counterfactual_suffix({"", {1, 2}, {1, 2, 3}}, llama), 1);
  EXPECT_EQ(counterfactual_suffix({"", {1, 2}, {1, 2}}, llama), 0);
  EXPECT_EQ(counterfactual_suffix({"", {1}, {2}}, llama), 1);
}

TEST(CounterfactualSuffix, IsTheWholePromptIfTheRotaryBasesDiffer) {
  transformer::ModelConfig qwen = test::small_llama();
  qwen.long_prompts = transformer::LongPrompts{.trained_positions = 3, .dynamic_ntk = true};
  EXPECT_EQ(counterfactual_suffix({"", {1, 2, 3}, {1, 2, 4}}, qwen), 1);
  EXPECT_EQ(counterfactual_suffix({"", {1, 2, 3}, {1, 2, 4, 5}}, qwen), 4);
  EXPECT_EQ(counterfactual_suffix({"", {1, 2, 3, 4}, {1, 2, 4, 5, 6}}, qwen), 3);  // both up to twice as long
  EXPECT_EQ(counterfactual_suffix({"", {1, 2, 3, 4}, {1, 2, 4, 5, 6, 7, 8}}, qwen), 7);
  qwen.long_prompts->dynamic_ntk = false;
  EXPECT_EQ(counterfactual_suffix({"", {1, 2, 3}, {1, 2, 4, 5}}, qwen), 2);
}

TEST(PassPositions, AreTheReferenceAndTheSuffix) {
  EXPECT_EQ(pass_positions({"", {1, 2, 3}, {1, 2, 4, 5}}, test::small_llama()), 3 + 2);
  EXPECT_EQ(pass_positions({"", {1, 2}, {1, 2}}, test::small_llama()), 2);
}

}  // namespace
}  // namespace pinpoint::patching
