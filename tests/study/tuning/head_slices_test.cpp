#include "study/tuning/head_slices.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "study/tuning/room.h"
#include "study/tuning/tuned_store.h"
#include "support/example_tuning.h"
#include "support/random_model.h"

namespace pinpoint::tuning {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> names_of(const std::vector<Slice>& slices) {
  std::vector<std::string> names;
  for (const Slice& slice : slices) names.push_back(slice.name());
  return names;
}

transformer::ModelConfig qwen2() {
  transformer::ModelConfig config = test::small_llama();  // 4 heads on 2 groups
  config.architecture = transformer::Architecture::qwen2;
  return config;
}

TEST(HeadSlices, AreRowsOfQueriesAndColumnsOfTheOutput) {
  const auto slices = head_slices(test::small_llama(), {{2, 3}, {0, 1}, {2, 0}}, {});
  EXPECT_THAT(names_of(slices),
              ElementsAre("layers.0/q_proj", "layers.0/o_proj", "layers.2/q_proj", "layers.2/o_proj"));
  EXPECT_THAT(slices[2].places, ElementsAre(0, 3));
  EXPECT_THAT(shape_of(slices[2], test::small_llama()), ElementsAre(2, 8, 32));
  EXPECT_THAT(shape_of(slices[3], test::small_llama()), ElementsAre(2, 32, 8));
}

TEST(HeadSlices, HaveEachKeyValueGroupOnce) {
  TuneOptions options;
  options.train_kv = true;
  const auto slices = head_slices(test::small_llama(), {{1, 2}, {1, 3}}, options);
  EXPECT_THAT(names_of(slices),
              ElementsAre("layers.1/q_proj", "layers.1/o_proj", "layers.1/k_proj", "layers.1/v_proj"));
  EXPECT_THAT(slices[2].places, ElementsAre(1));
}

TEST(HeadSlices, HaveBiasesOnlyInFamiliesWithBiases) {
  TuneOptions options;
  options.train_bias = true;
  EXPECT_THAT(names_of(head_slices(test::small_llama(), {{1, 2}}, options)),
              ElementsAre("layers.1/q_proj", "layers.1/o_proj"));
  options.train_kv = true;
  EXPECT_THAT(names_of(head_slices(qwen2(), {{1, 2}}, options)),
              ElementsAre("layers.1/q_proj", "layers.1/q_proj.bias", "layers.1/o_proj", "layers.1/k_proj",
                          "layers.1/k_proj.bias", "layers.1/v_proj", "layers.1/v_proj.bias"));
}

TEST(TunedStore, ChangesOnlyTheSlices) {
  TuneOptions options;
  options.train_kv = options.train_bias = true;
  weights::ShardedStore frozen = test::random_store(qwen2(), transformer::DType::float32);
  const auto slices = head_slices(frozen.config(), {{1, 0}, {1, 3}}, options);
  Tensors values = initial_values(frozen, slices);
  TunedStore tuned(frozen, slices, values);
  EXPECT_EQ(test::digest_of(tuned), test::digest_of(frozen));

  for (at::Tensor& value : values) value += 1;
  const auto before = frozen.lease_layer(1), after = tuned.lease_layer(1);
  const at::Tensor query = after->query - before->query, output = after->output - before->output;
  for (std::int64_t head = 0; head < 4; ++head) {
    const double moved = head == 0 || head == 3 ? 1 : 0;
    EXPECT_NEAR(query.narrow(0, 8 * head, 8).min().item<double>(), moved, 1e-6);
    EXPECT_NEAR(query.narrow(0, 8 * head, 8).max().item<double>(), moved, 1e-6);
    EXPECT_NEAR(output.narrow(1, 8 * head, 8).min().item<double>(), moved, 1e-6);
    EXPECT_NEAR(output.narrow(1, 8 * head, 8).max().item<double>(), moved, 1e-6);
  }
  EXPECT_NEAR((after->key - before->key).min().item<double>(), 1, 1e-6);  // both groups
  EXPECT_NEAR((after->value_bias - before->value_bias).min().item<double>(), 1, 1e-6);
  EXPECT_TRUE(after->gate.is_same(before->gate));
  EXPECT_TRUE(tuned.lease_layer(0)->query.is_same(frozen.lease_layer(0)->query));
}

/// Masters keep more digits than bf16; the model uses them rounded to nearest.
TEST(TunedStore, RoundsToTheWeightsType) {
  weights::ShardedStore frozen = test::random_store(test::small_llama(), transformer::DType::bf16);
  const auto slices = head_slices(frozen.config(), {{0, 0}}, {});
  Tensors values = initial_values(frozen, slices);
  EXPECT_EQ(values[0].scalar_type(), at::kFloat);
  values[0].fill_(1.0 + 1.0 / 256 + 1.0 / 4096);  // above half a step of 1/128
  TunedStore tuned(frozen, slices, values);
  const at::Tensor row = tuned.lease_layer(0)->query[0];
  EXPECT_EQ(row.scalar_type(), at::kBFloat16);
  EXPECT_EQ(row[0].item<double>(), 1.0 + 1.0 / 128);
}

TEST(Room, GivesTapesTheMemoryThatLowerLayersDoNotNeed) {
  const transformer::ModelConfig config = test::small_llama();
  const Demand demand{.lowest = 1, .longest = 10, .share = 16, .weight_bytes = 4, .dialogues_recur = true};
  const Room ample = choose_room(config, {}, demand, 1e9);
  EXPECT_EQ(ample.micro_batch, 16);
  EXPECT_NEAR(ample.cache_bytes, 3e8, 1);
  const Room little = choose_room(config, {}, demand, 1);
  EXPECT_EQ(little.micro_batch, 1);
  EXPECT_EQ(little.tape_bytes, 0);
  TuneOptions options;
  options.cache_lower_layers = false;
  options.micro_batch = 3;
  const Room told = choose_room(config, options, demand, 1e9);
  EXPECT_EQ(told.micro_batch, 3);
  EXPECT_EQ(told.cache_bytes, 0);
  Demand once = demand;
  once.dialogues_recur = false;
  EXPECT_EQ(choose_room(config, {}, once, 1e9).cache_bytes, 0);
}

}  // namespace
}  // namespace pinpoint::tuning
