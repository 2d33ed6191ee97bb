// ranks: 1 2 3
/// \file
/// What a step does not depend on: not a bit on what is kept in memory; only by rounding on ranks and rounds.
#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "study/tuning/batches.h"
#include "study/tuning/head_parameters.h"
#include "study/tuning/schedule.h"
#include "study/tuning/tuner.h"
#include "support/example_tuning.h"
#include "support/random_model.h"
#include "support/rounding.h"
#include "system/base/check.h"

namespace pinpoint::tuning {
namespace {

constexpr double plenty = 1e12;  // bytes
const std::vector<HeadId> heads{{1, 0}, {1, 3}, {2, 2}};

struct Outcome {
  std::vector<double> losses, norms;
  Tensors values;
  AdamWState moments;
  std::int64_t hits = 0;
};

class TunerTest : public testing::TestWithParam<test::NamedModel> {
 protected:
  TunerTest() {
    options_.max_lr = 1e-2;
    options_.steps = 6;
    options_.batch = 5;
    options_.eps = 1e-4;  // with a smaller eps, gradients near 0 would decide the sign of whole steps by rounding
    options_.train_kv = options_.train_bias = true;
  }

  /// Makes steps first .. last, from 1, starting from `start` if given.
  Outcome tune(Room room, parallel::Communicator ranks, std::int64_t first = 1, std::int64_t last = 6,
               const Outcome* start = nullptr, transformer::DType dtype = transformer::DType::float32) {
    weights::ShardedStore store = test::random_store(GetParam().shape, dtype, GetParam().statistics);
    const std::string before = test::digest_of(store);
    HeadParameters parameters(store, head_slices(store.config(), heads, options_), ranks);
    Tuner tuner(parameters, options_, room, ranks);
    if (start) parameters.restore(start->values, start->moments);
    Outcome run;
    const Batches batches(42, std::ssize(dialogues_), options_.batch);
    for (std::int64_t step = first; step <= last; ++step) {
      const StepResult result = tuner.step(step, test::indexed(dialogues_, batches.at(step - 1)),
                                           learning_rate(options_, step - 1, *options_.steps));
      run.losses.push_back(result.loss);
      run.norms.push_back(result.grad_norm);
    }
    EXPECT_EQ(test::digest_of(store), before) << "frozen weights were written to";
    run.values = parameters.values();
    run.moments = parameters.moments();
    run.hits = tuner.lower_layers().hits();
    return run;
  }

  static void expect_same_bits(const Outcome& one, const Outcome& other) {
    EXPECT_EQ(one.losses, other.losses);
    EXPECT_EQ(one.norms, other.norms);
    for (std::size_t i = 0; i < one.values.size(); ++i) {
      EXPECT_TRUE(at::equal(one.values[i], other.values[i])) << i;
      EXPECT_TRUE(at::equal(one.moments.exp_avg[i], other.moments.exp_avg[i])) << i;
      EXPECT_TRUE(at::equal(one.moments.exp_avg_sq[i], other.moments.exp_avg_sq[i])) << i;
    }
  }

  static void expect_close(const Outcome& one, const Outcome& other) {
    for (std::size_t i = 0; i < one.losses.size(); ++i) {
      EXPECT_NEAR(one.losses[i], other.losses[i], test::float32_losses * one.losses[i]);
      EXPECT_NEAR(one.norms[i], other.norms[i], test::float32_gradients * one.norms[i]);
    }
    for (std::size_t i = 0; i < one.moments.exp_avg.size(); ++i) {
      const double largest = one.moments.exp_avg[i].abs().max().item<double>();
      EXPECT_LE((one.moments.exp_avg[i] - other.moments.exp_avg[i]).abs().max().item<double>(),
                test::float32_moves * largest);
    }
  }

  TuneOptions options_;
  std::vector<dialogue::TrainingDialogue> dialogues_ = test::random_dialogues(11, 14, 96);
  parallel::Communicator world_ = parallel::Communicator::world();
};

TEST_P(TunerTest, KeepingOutputsOfLowerLayersChangesNoBit) {
  const Outcome kept = tune({2, plenty, plenty}, world_);
  expect_same_bits(tune({2, plenty, 0}, world_), kept);
  expect_same_bits(tune({2, plenty, 3000}, world_), kept);
  if (world_.size() == 1) {
    EXPECT_EQ(kept.hits, 6 * 5 - 11);  // every dialogue computed once
  }
}

TEST_P(TunerTest, RecomputingLayersChangesNoBit) {
  expect_same_bits(tune({2, 0, 0}, world_), tune({2, plenty, 0}, world_));
}

TEST_P(TunerTest, ResumesBitIdentically) {
  const Outcome whole = tune({2, plenty, plenty}, world_);
  const Outcome first = tune({2, plenty, plenty}, world_, 1, 2);
  Outcome second = tune({2, plenty, plenty}, world_, 3, 6, &first);
  second.losses.insert(second.losses.begin(), first.losses.begin(), first.losses.end());
  second.norms.insert(second.norms.begin(), first.norms.begin(), first.norms.end());
  expect_same_bits(second, whole);
}

TEST_P(TunerTest, AStepThatWasGivenUpLeavesNoTrace) {
  weights::ShardedStore store =
      test::random_store(GetParam().shape, transformer::DType::float32, GetParam().statistics);
  HeadParameters parameters(store, head_slices(store.config(), heads, options_), world_);
  Tuner tuner(parameters, options_, {1, plenty, plenty}, world_);
  Tensors before;
  for (const at::Tensor& value : parameters.values()) before.push_back(value.clone());
  const auto batch = test::indexed(dialogues_, {0, 1, 2, 3, 4, 5});
  std::vector<double> shares;
  const auto second_round = [&](double share) {
    shares.push_back(share);
    return shares.size() == 2;
  };
  const bool has_three_rounds = world_.size() < 3;  // of 6 dialogues, one per round and rank
  const auto given_up = tuner.step_unless(1, batch, 1e-2, {}, second_round);
  EXPECT_EQ(given_up.has_value(), !has_three_rounds);
  if (!has_three_rounds) return;
  const double rounds = 6.0 / world_.size();
  EXPECT_THAT(shares, testing::ElementsAre(1 / rounds, 2 / rounds));
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_TRUE(at::equal(parameters.values()[i], before[i]));

  const StepResult after = tuner.step(1, batch, 1e-2);
  HeadParameters untouched(store, head_slices(store.config(), heads, options_), world_);
  Tuner other(untouched, options_, {1, plenty, plenty}, world_);
  EXPECT_EQ(after.loss, other.step(1, batch, 1e-2).loss);
  for (std::size_t i = 0; i < before.size(); ++i)
    EXPECT_TRUE(at::equal(parameters.values()[i], untouched.values()[i])) << i;
}

TEST_P(TunerTest, RanksAndRoundsChangeOnlyTheRounding) {
  const Outcome alone = tune({1, plenty, 0}, {});
  expect_close(alone, tune({1, plenty, 0}, world_));
  expect_close(alone, tune({4, plenty, 0}, world_));
}

/// Loss and gradient agree with those of float32 within the precision of bf16, and the slices learn.
TEST_P(TunerTest, TunesBf16WeightsWithFloat32Masters) {
  const Outcome wide = tune({2, plenty, 0}, world_);
  const Outcome narrow = tune({2, plenty, 0}, world_, 1, 6, nullptr, transformer::DType::bf16);
  for (std::size_t i = 0; i < wide.losses.size(); ++i) {
    EXPECT_NEAR(narrow.losses[i], wide.losses[i], test::bf16_losses * wide.losses[i]);
    EXPECT_NEAR(narrow.norms[i], wide.norms[i], test::bf16_gradients * wide.norms[i]);
  }
  EXPECT_EQ(narrow.values[0].scalar_type(), at::kFloat);
  EXPECT_LT(narrow.losses.back(), narrow.losses.front());
}

TEST_P(TunerTest, RefusesALossThatIsNotFiniteAndChangesNothing) {
  weights::ShardedStore store =
      test::random_store(GetParam().shape, transformer::DType::float32, GetParam().statistics);
  HeadParameters parameters(store, head_slices(store.config(), heads, options_), world_);
  Tuner tuner(parameters, options_, {2, plenty, plenty}, world_);
  Tensors broken;
  for (const at::Tensor& value : parameters.values()) broken.push_back(value.clone().fill_(1e30));
  parameters.restore(broken, initial_state(broken));
  try {
    tuner.step(7, test::indexed(dialogues_, {0, 1, 2, 3}), 1e-3);
    ADD_FAILURE() << "no error";
  } catch (const Failure& failure) {
    EXPECT_THAT(failure.what(), testing::AllOf(testing::HasSubstr("step 7"), testing::HasSubstr("rank 0"),
                                               testing::HasSubstr("sample")));
  }
  for (std::size_t i = 0; i < broken.size(); ++i) EXPECT_TRUE(at::equal(parameters.values()[i], broken[i]));
}

INSTANTIATE_TEST_SUITE_P(Small, TunerTest, testing::ValuesIn(test::small_models_and_two_realistic()),
                         [](const auto& c) { return c.param.name; });

}  // namespace
}  // namespace pinpoint::tuning
