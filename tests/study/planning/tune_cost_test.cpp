#include "study/planning/tune_cost.h"

#include <gtest/gtest.h>

#include "model/transformer/layer_size.h"
#include "study/planning/shapes.h"

namespace pinpoint::planning {
namespace {

TuneCostInputs slices(std::int64_t heads) { return {.heads = heads, .kv_groups = heads}; }
TuneCostInputs everything() { return {.method = TuneMethod::everything}; }

TEST(TrainedParameters, AreThePublishedOnes) {
  EXPECT_EQ(trained_parameters(test::published("Llama-2-7b-chat-hf").config, slices(32)), 32 * 2 * 128 * 4096);
  EXPECT_NEAR(trained_parameters(test::published("Llama-2-7b-chat-hf").config, slices(32)), 33.6e6, 0.05e6);
  EXPECT_NEAR(trained_parameters(test::published("Llama-2-13b-chat-hf").config, slices(64)), 83.9e6, 0.05e6);
  EXPECT_NEAR(trained_parameters(test::published("Llama-2-70b-chat-hf").config, slices(192)), 402.7e6, 0.05e6);
  EXPECT_NEAR(trained_parameters(test::published("Qwen-72B-Chat").config, slices(192)), 402.7e6, 0.05e6);
}

TEST(TrainedParameters, OfKeysCountEachKeyValueGroupOnce) {
  TuneCostInputs inputs = slices(5);
  inputs.kv_groups = 2;
  inputs.train_kv = true;
  const transformer::ModelConfig llama = test::odd_shape(transformer::Architecture::llama);  // d 10, e 4
  EXPECT_EQ(trained_parameters(llama, inputs), 5 * 2 * 4 * 10 + 2 * 2 * 4 * 10);
  inputs.train_bias = true;
  EXPECT_EQ(trained_parameters(llama, inputs), 5 * 2 * 4 * 10 + 2 * 2 * 4 * 10);  // a Llama has none
  EXPECT_EQ(trained_parameters(test::odd_shape(transformer::Architecture::qwen2), inputs),
            5 * (2 * 4 * 10 + 4) + 2 * (2 * 4 * 10 + 2 * 4));
}

TEST(TuneOperations, EndAtTheLowestTunedLayer) {
  const transformer::ModelConfig config = test::odd_shape(transformer::Architecture::llama);
  const double P = 3 * transformer::layer_parameters(config), tokens = 4 * 100;
  TuneCostInputs inputs = slices(1);
  inputs.batch = 4;
  inputs.dialogue_tokens = 100;
  inputs.labelled_share = 0.5;
  inputs.lowest_layer = 2;
  const TuneOperations kept = tune_operations(config, inputs, true);
  const double logits = 2 * 10 * 7;
  EXPECT_EQ(kept.forward, tokens * (2 * P + 0.5 * logits));
  EXPECT_EQ(kept.backward, tokens * (2 * P / 3 + 2 * 80 + 2 * 0.5 * logits));  // a head has 80 parameters
  EXPECT_EQ(kept.recomputation, 0);
  EXPECT_EQ(tune_operations(config, inputs, false).recomputation, tokens * 2 * P / 3);
}

TEST(TuneOperations, OfEverythingIncludeAllWeightGradients) {
  const transformer::ModelConfig config = test::published("Llama-2-7b-chat-hf").config;
  const TuneOperations done = tune_operations(config, everything(), true);
  EXPECT_NEAR(done.backward / done.forward, 2, 0.02);  // 4 P against 2 P, the logits 3 against 1
}

TEST(StepMemory, OfSlicesIs16BytesAParameter) {
  const Model model = test::published("Llama-2-70b-chat-hf");
  const Memory memory = step_memory(model, slices(192), {.dialogues = 2}, {parallel::WeightsRest::device, 8});
  EXPECT_EQ(test::part(memory, "slices and their moments"), 16 * 402'653'184.0);
  EXPECT_EQ(test::part(memory, "patched matrices of a layer"), 2 * 8192.0 * 8192 * 2);
  EXPECT_EQ(test::part(memory, "residual of every layer"), 2 * 512.0 * 80 * 4 * 8192);
  EXPECT_EQ(test::part(memory, "logits"), 2 * 4 * (2 * 512.0 * 0.25) * 8192);
  // The tape of a layer, the gradients of gate and up in bf16, and two residual streams in float32.
  const double tape = 4 * (2 * 8192.0 + 8192 + 2 * 1024) + 2 * (8192 + 2 * 28672.0);
  EXPECT_EQ(test::part(memory, "activations of a layer"), 2 * 512 * (tape + 2 * 2 * 28672.0 + 2 * 4 * 8192.0));
}

TEST(StepMemory, KeepsTheTapesOfTunedLayers) {
  const Model model = test::published("Llama-2-7b-chat-hf");
  TuneCostInputs inputs = slices(32);
  inputs.lowest_layer = 30;
  const Memory memory = step_memory(model, inputs, {.dialogues = 1, .keeps_tapes = true}, {});
  // x, x_mid, q, k, v in float32, z, gate, up in bf16.
  EXPECT_EQ(test::part(memory, "tapes of all layers"), 512.0 * 2 * (4 * 5 * 4096 + 2 * (4096 + 2 * 11008)));
  EXPECT_EQ(test::part(memory, "activations of a layer"), 512.0 * (2 * 2 * 11008 + 2 * 4 * 4096));
}

TEST(StepMemory, OfEverythingIsShared) {
  const Model model = test::published("Llama-2-7b-chat-hf");
  const Memory memory = step_memory(model, everything(), {}, {parallel::WeightsRest::device, 8});
  EXPECT_EQ(test::part(memory, "master and moments"), 12 * 6'738'415'616.0 / 8);
  EXPECT_EQ(test::part(memory, "gradient at rest"), 4 * 6'738'415'616.0 / 8);
  EXPECT_EQ(test::part(memory, "gradients at work and on their way"),
            3 * layer_bytes({model.config, transformer::DType::float32}, 1));
}

TEST(Rounds, AreAsFewAsFit) {
  const Model model = test::published("Llama-2-7b-chat-hf");
  TuneCostInputs inputs = slices(32);
  const auto bytes = [&](std::int64_t dialogues, bool keeps) {
    return step_memory(model, inputs, {.dialogues = dialogues, .keeps_tapes = keeps}, {}).total();
  };
  const Rounds all = choose_rounds(model, inputs, {}, 2, bytes(16, true));
  EXPECT_EQ(all.dialogues, 16);
  EXPECT_EQ(all.count, 1);
  EXPECT_TRUE(all.keeps_tapes);
  const Rounds two =
      choose_rounds(model, inputs, {}, 2, bytes(16, true) - 1);  // 15 would fit: 8 and 8 are as many rounds
  EXPECT_EQ(two.dialogues, 8);
  EXPECT_EQ(two.count, 2);
  const Rounds recomputed = choose_rounds(model, inputs, {}, 2, bytes(1, true) - 1);
  EXPECT_FALSE(recomputed.keeps_tapes);
  EXPECT_EQ(choose_rounds(model, inputs, {}, 2, 0).count, 16);
  inputs.micro_batch = 4;
  EXPECT_EQ(choose_rounds(model, inputs, {}, 2, bytes(16, true)).count, 4);
  EXPECT_EQ(choose_rounds(model, inputs, {}, 64, bytes(16, true)).dialogues,
            1);  // half of the ranks have no dialogue
}

TEST(StepTraffic, IsTwoWalksPerRoundAndTheGradientsOnce) {
  const Model model{test::odd_shape(transformer::Architecture::llama), transformer::DType::bf16};
  const Ranks ranks{.count = 4, .per_node = 4};
  TuneCostInputs inputs = slices(2);
  inputs.lowest_layer = 1;
  const Traffic step =
      step_traffic(model, inputs, {.dialogues = 1, .count = 3}, {parallel::WeightsRest::device, 2}, ranks);
  EXPECT_EQ(step.gathered, 3 * ((3 + 2) * 1152 / 2 + 2 * 140 / 2));
  EXPECT_EQ(step.exchanged, 2 * 0.75 * 4 * 160);  // reduced and spread: twice (n-1)/n of two heads' 160 parameters
  const Traffic all =
      step_traffic(model, everything(), {.dialogues = 1, .count = 1}, {parallel::WeightsRest::device, 4}, ranks);
  EXPECT_EQ(all.exchanged, 0);  // one replica
  EXPECT_EQ(all.gathered,
            6 * 1280 * 0.75 + 2 * 140 * 0.75 + 3 * 0.75 * 1920 +  // gradients in float32: 1920 bytes per layer,
                2 * 0.75 * 280);                                  // 280 of a table
}

}  // namespace
}  // namespace pinpoint::planning
