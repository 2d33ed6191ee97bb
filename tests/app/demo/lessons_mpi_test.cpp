// ranks: 1 2
/// \file
/// Lessons on the world's dialogues, and the model's replies after them.
#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "app/demo/episodes.h"
#include "app/demo/lessons.h"
#include "app/demo/random_weights.h"
#include "app/demo/replies.h"
#include "app/demo/world.h"
#include "model/weights/sharded_store.h"
#include "study/tuning/all_parameters.h"

namespace pinpoint::demo {
namespace {

const transformer::ModelConfig shape{.layers = 2,
                                     .heads = 2,
                                     .kv_heads = 2,
                                     .width = 16,
                                     .head_width = 8,
                                     .mlp_width = 20,
                                     .vocabulary = 94,
                                     .max_positions = 64};

std::vector<text::Dialogue> batch_of(std::uint64_t seed) {
  Random random(seed, "test");
  std::vector<text::Dialogue> batch;
  while (batch.size() < 9) batch.push_back(draw(World(1).all(), {.facts = 0.3, .dialogues = 0.4}, random));
  return batch;
}

class LessonsTest : public testing::Test {
 protected:
  RandomWeights weights_{shape, Random(1, "weights")};
  weights::ShardedStore store_{shape, weights_, {.dtype = transformer::DType::float32}};
  parallel::Communicator world_ = parallel::Communicator::world();
};

TEST_F(LessonsTest, TeachABatchByHeart) {
  tuning::AllParameters parameters(store_, {.ranks = {}, .replicas = world_});
  Lessons lessons(parameters, 0, world_);
  const double first = lessons.step(batch_of(1), 1e-2);
  EXPECT_GT(first, 1);  // the logarithm of 94 words is 4.5
  double last = first;
  for (int step = 0; step < 100; ++step) last = lessons.step(batch_of(1), 1e-2);
  EXPECT_LT(last, 0.1 * first);
  for (const text::Dialogue& dialogue : batch_of(1))
    EXPECT_TRUE(at::equal(replies_to(transformer::Transformer(store_), {dialogue}), own_replies({dialogue})));
}

/// Each head of each dialogue has its own factor, on whichever rank the dialogue is computed.
TEST_F(LessonsTest, AMaskedHeadOfADialogueGivesNothing) {
  tuning::AllParameters parameters(store_, {.ranks = {}, .replicas = world_});
  Lessons lessons(parameters, 0, world_);
  constexpr double no_change = 1e-30;
  at::Tensor all = at::ones({2, 9, 2}), one = all.clone(), none = at::zeros({2, 9, 2});
  one[1][4][0] = 0;
  const double whole = lessons.step(batch_of(1), no_change);
  EXPECT_EQ(lessons.step(batch_of(1), no_change, all), whole);
  const double without = lessons.step(batch_of(1), no_change, one);
  EXPECT_NE(without, whole);
  EXPECT_NEAR(without, whole, 0.2 * whole);
  EXPECT_NE(lessons.step(batch_of(1), no_change, none), without);
}

TEST_F(LessonsTest, NextLogitsOfSeveralPromptsAreThoseOfEach) {
  const std::vector<text::TokenIds> prompts = prompts_of(batch_of(2));
  const transformer::Transformer transformer(store_);
  const at::Tensor logits = next_logits(transformer, prompts);
  for (std::size_t row = 0; row < prompts.size(); ++row) {
    const at::Tensor alone = transformer.logits(at::tensor(prompts[row], at::kLong))[-1];
    EXPECT_LE((logits[static_cast<std::int64_t>(row)] - alone).abs().max().item<double>(), 1e-5);
  }
}

}  // namespace
}  // namespace pinpoint::demo
