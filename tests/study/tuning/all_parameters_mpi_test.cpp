// ranks: 1 2 4
/// \file
/// Tuning of every weight against LibTorch's own autograd and AdamW, for any number of ranks, groups and rounds.
#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/tensor.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/optim/adamw.h>

#include "model/pretrained/model_directory.h"
#include "model/transformer/for_each_layer.h"
#include "study/tuning/all_parameters.h"
#include "study/tuning/batches.h"
#include "study/tuning/schedule.h"
#include "study/tuning/tuner.h"
#include "support/autograd_llama.h"
#include "support/example_tuning.h"
#include "support/random_model.h"
#include "support/rounding.h"
#include "support/shared.h"
#include "system/base/check.h"
#include "system/parallel/collectives.h"

namespace pinpoint::tuning {
namespace {

constexpr double plenty = 1e12;  // bytes
constexpr std::int64_t steps = 5;

/// All weights as one vector, in the order of the units, gathered from the ranks of a group.
at::Tensor whole_of(const Tensors& own, const std::vector<weights::WeightUnit>& units,
                    const parallel::Communicator& group) {
  std::vector<at::Tensor> whole;
  for (std::size_t unit = 0; unit < units.size(); ++unit) whole.push_back(parallel::all_gather(group, own[unit]));
  return at::cat(whole);
}

struct Outcome {
  std::vector<double> losses, norms;
  at::Tensor start, weights, exp_avg, exp_avg_sq;  // whole
  std::string digest;                              // of the weights in the store
  Tensors values;                                  // of this rank
  AdamWState moments;
};

TuneOptions options_of_test() {
  TuneOptions options;
  options.max_lr = 3e-3;
  options.steps = steps;
  options.batch = 5;
  options.eps = 1e-4;  // with a smaller eps, gradients near 0 would decide the sign of whole steps by rounding
  return options;
}

class AllParametersTest : public testing::TestWithParam<test::NamedModel> {
 protected:
  Outcome tune(int shard, Room room, std::int64_t first = 1, std::int64_t last = steps, const Outcome* start = nullptr,
               transformer::DType dtype = transformer::DType::float32) {
    const parallel::ShardGroup group = parallel::make_shard_group(world_, shard);
    const test::TemporaryFolder folder;
    test::write_random_model(folder.path(), {.shape = GetParam().shape, .statistics = GetParam().statistics});
    pretrained::ModelDirectory directory(folder.path());
    weights::ShardedStore store(directory.config(), directory, {.dtype = dtype}, group.ranks);
    AllParameters parameters(store, group);
    if (start) parameters.restore(start->values, start->moments);
    Tuner tuner(parameters, options_, room, world_);
    const auto whole = [&](const Tensors& own) { return whole_of(own, parameters.units(), group.ranks); };
    Outcome run;
    run.start = whole(parameters.values());
    const Batches batches(42, std::ssize(dialogues_), options_.batch);
    for (std::int64_t step = first; step <= last; ++step) {
      if (gives_up_) {
        EXPECT_FALSE(
            tuner.step_unless(step, test::indexed(dialogues_, batches.at(step - 1)), 1e-2, {}, gives_up_).has_value());
      }
      const StepResult result = tuner.step(step, test::indexed(dialogues_, batches.at(step - 1)),
                                           learning_rate(options_, step - 1, *options_.steps));
      run.losses.push_back(result.loss);
      run.norms.push_back(result.grad_norm);
    }
    run.weights = whole(parameters.values());
    run.exp_avg = whole(parameters.moments().exp_avg);
    run.exp_avg_sq = whole(parameters.moments().exp_avg_sq);
    run.digest = test::digest_of(store);
    for (const at::Tensor& value : parameters.values()) run.values.push_back(value.clone());
    run.moments = parameters.moments();
    return run;
  }

  static void expect_same_bits(const Outcome& one, const Outcome& other) {
    EXPECT_EQ(one.losses, other.losses);
    EXPECT_EQ(one.norms, other.norms);
    EXPECT_TRUE(at::equal(one.weights, other.weights));
    EXPECT_TRUE(at::equal(one.exp_avg, other.exp_avg));
    EXPECT_TRUE(at::equal(one.exp_avg_sq, other.exp_avg_sq));
    EXPECT_EQ(one.digest, other.digest);
  }

  static void expect_close(const Outcome& one, const Outcome& other) {
    for (std::size_t i = 0; i < one.losses.size(); ++i) {
      EXPECT_NEAR(one.losses[i], other.losses[i], test::float32_losses * one.losses[i]);
      EXPECT_NEAR(one.norms[i], other.norms[i], test::float32_gradients * one.norms[i]);
    }
    const auto norm = [](const at::Tensor& x) { return at::linalg_vector_norm(x.to(at::kDouble)).item<double>(); };
    EXPECT_LE(norm(one.exp_avg - other.exp_avg), test::float32_moves * norm(one.exp_avg));
    EXPECT_LE(norm(one.weights - other.weights), test::float32_moves * norm(one.weights - one.start));
  }

  GivesUp gives_up_;  // if given, every step is first given up by it
  TuneOptions options_ = options_of_test();
  std::vector<dialogue::TrainingDialogue> dialogues_ = test::random_dialogues(11, 14, 96);
  parallel::Communicator world_ = parallel::Communicator::world();
};

TEST_P(AllParametersTest, GroupsAndRoundsChangeOnlyTheRounding) {
  const Outcome replicated = tune(1, {2, plenty, 0});
  EXPECT_LT(replicated.losses.back(), replicated.losses.front());
  for (int shard = 2; shard <= world_.size(); shard *= 2) expect_close(replicated, tune(shard, {2, plenty, 0}));
  expect_close(replicated, tune(world_.size(), {1, plenty, 0}));
}

TEST_P(AllParametersTest, RecomputingLayersChangesNoBit) {
  expect_same_bits(tune(world_.size(), {2, plenty, 0}), tune(world_.size(), {2, 0, 0}));
}

TEST_P(AllParametersTest, ResumesBitIdentically) {
  const Outcome whole = tune(world_.size(), {2, plenty, 0});
  const Outcome first = tune(world_.size(), {2, plenty, 0}, 1, 2);
  Outcome second = tune(world_.size(), {2, plenty, 0}, 3, steps, &first);
  second.losses.insert(second.losses.begin(), first.losses.begin(), first.losses.end());
  second.norms.insert(second.norms.begin(), first.norms.begin(), first.norms.end());
  expect_same_bits(second, whole);
}

/// Sums of the last layers are still on their way between the ranks when the step is given up.
TEST_P(AllParametersTest, AStepThatWasGivenUpLeavesNoTrace) {
  const Outcome undisturbed = tune(world_.size(), {1, plenty, 0});
  gives_up_ = [](double) { return true; };
  expect_same_bits(tune(world_.size(), {1, plenty, 0}), undisturbed);
}

/// Passes compute with the masters, rounded to nearest.
TEST_P(AllParametersTest, TunesBf16WeightsWithFloat32Masters) {
  const Outcome wide = tune(1, {2, plenty, 0});
  const Outcome narrow = tune(world_.size(), {2, plenty, 0}, 1, steps, nullptr, transformer::DType::bf16);
  for (std::size_t i = 0; i < wide.losses.size(); ++i) {
    EXPECT_NEAR(narrow.losses[i], wide.losses[i], test::bf16_losses * wide.losses[i]);
    EXPECT_NEAR(narrow.norms[i], wide.norms[i], test::bf16_gradients * wide.norms[i]);
  }
  EXPECT_LT(narrow.losses.back(), narrow.losses.front());
  EXPECT_EQ(narrow.weights.scalar_type(), at::kFloat);
  EXPECT_FALSE(at::equal(narrow.weights, narrow.weights.to(at::kBFloat16).to(at::kFloat)));
}

TEST_P(AllParametersTest, UnitsAreSharedWithoutGapOrOverlap) {
  const parallel::ShardGroup group = parallel::make_shard_group(world_, world_.size());
  const test::TemporaryFolder folder;
  test::write_random_model(folder.path(), {.shape = GetParam().shape, .statistics = GetParam().statistics});
  pretrained::ModelDirectory directory(folder.path());
  const weights::ShardedStore shared(directory.config(), directory, {.dtype = transformer::DType::float32},
                                     group.ranks);
  const weights::ShardedStore unshared(directory.config(), directory, {.dtype = transformer::DType::float32});
  const std::vector<weights::WeightUnit> parts = shared.units(), units = unshared.units();
  ASSERT_EQ(parts.size(), units.size());
  for (std::size_t i = 0; i < units.size(); ++i) {
    EXPECT_EQ(units[i].own, (parallel::Range{0, units[i].elements}));
    EXPECT_TRUE(at::equal(parallel::all_gather(world_, shared.own_values(parts[i])), unshared.own_values(units[i])))
        << units[i].vector();
  }
}

INSTANTIATE_TEST_SUITE_P(Small, AllParametersTest, testing::ValuesIn(test::small_models_and_two_realistic()),
                         [](const auto& c) { return c.param.name; });

/// Dialogues of one length, because AutogradLlama has no ragged batches.
class AgainstAutograd : public testing::TestWithParam<test::Statistics> {
 protected:
  AgainstAutograd() {
    test::write_random_model(folder_.path(), {.shape = shape_, .statistics = GetParam()});
    for (dialogue::TrainingDialogue dialogue : test::random_dialogues(40, 14, shape_.vocabulary)) {
      if (dialogue.length() < 8) continue;
      dialogue.tokens.resize(8);
      dialogue.labels = {0, 0, 0, 0, 0, 1, 0, 1};
      dialogues_.push_back(dialogue);
    }
  }

  /// Returns the loss of all dialogues and leaves the gradients in the weights.
  double loss_of(const test::AutogradLlama& llama) const {
    std::vector<std::int64_t> ids, positions, targets;
    for (const dialogue::TrainingDialogue& dialogue : dialogues_)
      for (std::size_t t = 0; t < dialogue.tokens.size(); ++t) {
        ids.push_back(dialogue.tokens[t]);
        if (!dialogue.labels[t]) continue;
        positions.push_back(std::ssize(ids) - 2);
        targets.push_back(dialogue.tokens[t]);
      }
    const at::Tensor logits =
        llama.logits(at::tensor(ids, at::kLong).view({std::ssize(dialogues_), -1}), at::tensor(positions, at::kLong));
    const at::Tensor loss = at::cross_entropy_loss(logits, at::tensor(targets, at::kLong));
    loss.backward();
    return loss.item<double>();
  }

  const transformer::ModelConfig shape_{.layers = 3,
                                        .heads = 4,
                                        .kv_heads = 4,
                                        .width = 32,
                                        .head_width = 8,
                                        .mlp_width = 44,
                                        .vocabulary = 30,
                                        .max_positions = 64};
  const test::TemporaryFolder folder_;
  std::vector<dialogue::TrainingDialogue> dialogues_;
  parallel::Communicator world_ = parallel::Communicator::world();
};

TEST_P(AgainstAutograd, LossesNormsAndWeightsAgree) {
  pretrained::ModelDirectory directory(folder_.path());
  test::AutogradLlama llama(shape_, directory);
  const parallel::ShardGroup group = parallel::make_shard_group(world_, world_.size());
  weights::ShardedStore store(shape_, directory, {.dtype = transformer::DType::float32}, group.ranks);
  AllParameters parameters(store, group);
  const TuneOptions options = options_of_test();
  Tuner tuner(parameters, options, {3, plenty, 0}, world_);

  std::vector<at::Tensor> weights;
  for (auto [name, weight] : llama.weights()) weights.push_back(weight.set_requires_grad(true));
  torch::optim::AdamW adamw(weights, torch::optim::AdamWOptions()
                                         .betas({options.betas[0], options.betas[1]})
                                         .eps(options.eps)
                                         .weight_decay(options.weight_decay));
  std::vector<std::int64_t> all;
  for (std::int64_t i = 0; i < std::ssize(dialogues_); ++i) all.push_back(i);
  for (std::int64_t step = 1; step <= steps; ++step) {
    constexpr double lr = 3e-3;
    adamw.zero_grad();
    const double loss = loss_of(llama);
    Tensors gradients;
    for (const at::Tensor& weight : weights) gradients.push_back(weight.grad());
    const double norm = std::sqrt(squared_norm(gradients));
    clip(gradients, norm, *options.clip_norm);
    static_cast<torch::optim::AdamWOptions&>(adamw.param_groups().front().options()).lr(lr);
    adamw.step();

    const StepResult found = tuner.step(step, test::indexed(dialogues_, all), lr);
    EXPECT_NEAR(found.loss, loss, test::float32_losses * loss) << step;
    EXPECT_NEAR(found.grad_norm, norm, test::float32_gradients * norm) << step;
  }
  // AutogradLlama lists the weights of a layer in the order of HF's checkpoints, a layer's vector in another one. So
  // weights are matched by name.
  std::map<std::string, at::Tensor> expected(llama.weights().begin(), llama.weights().end());
  const weights::LayerLayout layout(shape_, at::kFloat);
  const auto expect_equal = [&](const std::string& name, const at::Tensor& found) {
    const at::Tensor weight = expected.at(name).detach();
    const auto norm = [](const at::Tensor& x) { return at::linalg_vector_norm(x).item<double>(); };
    const double moved = norm(weight - directory.read(name, weight.sizes().vec()));
    EXPECT_LE(norm(found.view_as(weight) - weight), test::float32_moves * moved) << name;
  };
  transformer::for_each_layer(store, [&](std::int64_t layer, const transformer::LayerWeights& tensors) {
    for (const weights::LayoutPart& part : layout.parts())
      expect_equal(fmt::format("model.layers.{}.{}", layer, part.stored_name), tensors.*part.tensor);
  });
  expect_equal("model.embed_tokens.weight", store.embedding_rows(at::arange(shape_.vocabulary)));
  expect_equal("model.norm.weight", store.final_norm());
  expect_equal("lm_head.weight", *store.lease_unembedding(0, shape_.vocabulary));
}

INSTANTIATE_TEST_SUITE_P(Both, AgainstAutograd, testing::Values(test::Statistics::plain, test::Statistics::realistic),
                         [](const auto& c) { return c.param == test::Statistics::plain ? "plain" : "realistic"; });

}  // namespace
}  // namespace pinpoint::tuning
