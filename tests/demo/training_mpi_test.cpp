// ranks: 1 2 3
/// \file
/// Steps shared by ranks against the same steps on one rank alone: the same bits.
#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/ones.h>
#include <gtest/gtest.h>

#include "demo/episodes.h"
#include "demo/training.h"
#include "demo/world.h"

namespace pinpoint::demo {
namespace {

const model::ModelConfig shape{.layers = 2,
                               .heads = 2,
                               .kv_heads = 2,
                               .width = 16,
                               .head_width = 8,
                               .mlp_width = 20,
                               .vocabulary = 94,
                               .max_positions = 64};

bool all_weights(std::string_view) { return true; }

std::vector<text::Dialogue> batch_of(std::uint64_t seed) {
  Random random(seed, "test");
  std::vector<text::Dialogue> batch;
  while (batch.size() < 9) batch.push_back(draw(World(1).all(), {.facts = 0.3, .dialogues = 0.4}, random));
  return batch;
}

TEST(Training, GivesTheSameBitsOnAnyNumberOfRanks) {
  TrainableLlama alone(shape, Random(1, "weights")), together(shape, Random(1, "weights"));
  Training train_alone(alone, all_weights, 0.1, {});
  Training train_together(together, all_weights, 0.1, parallel::Communicator::world());
  at::Tensor mask = at::ones({2, 9, 2});
  mask[0][4][1] = 0;
  for (std::uint64_t step = 0; step < 4; ++step)
    EXPECT_EQ(train_alone.step(batch_of(step), 1e-2, mask), train_together.step(batch_of(step), 1e-2, mask));
  for (std::size_t i = 0; i < alone.weights().size(); ++i)
    EXPECT_TRUE(at::equal(alone.weights()[i].second, together.weights()[i].second)) << alone.weights()[i].first;
}

TEST(Training, LearnsABatchByHeart) {
  TrainableLlama llama(shape, Random(1, "weights"));
  Training training(llama, all_weights, 0, parallel::Communicator::world());
  const double first = training.step(batch_of(1), 1e-2);
  EXPECT_GT(first, 1);  // the logarithm of 94 words is 4.5
  double last = first;
  for (int step = 0; step < 100; ++step) last = training.step(batch_of(1), 1e-2);
  EXPECT_LT(last, 0.1 * first);
}

TEST(Training, ChangesTheChosenWeightsAlone) {
  TrainableLlama before(shape, Random(1, "weights")), llama(shape, Random(1, "weights"));
  const auto chosen = [](std::string_view name) { return name == "model.layers.1.self_attn.q_proj.weight"; };
  {
    Training training(llama, chosen, 0.1, parallel::Communicator::world());
    for (int step = 0; step < 2; ++step) training.step(batch_of(1), 1e-2);
  }
  for (std::size_t i = 0; i < llama.weights().size(); ++i) {
    const auto& [name, weight] = llama.weights()[i];
    EXPECT_EQ(at::equal(weight, before.weights()[i].second), !chosen(name)) << name;
    EXPECT_FALSE(weight.requires_grad()) << name;
  }
}

}  // namespace
}  // namespace pinpoint::demo
