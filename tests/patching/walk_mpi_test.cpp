// ranks: 1 2 3 5
/// \file
/// One walk: counted operations against the formula, the literal sweep of the program itself, and the odd cases.

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "io/model_directory.h"
#include "model/sharded_store.h"
#include "parallel/collectives.h"
#include "patching/block_walk.h"
#include "patching/effects.h"
#include "patching/exact_check.h"
#include "patching/pass_stack.h"
#include "planning/sweep_cost.h"
#include "support/random_model.h"
#include "support/shared.h"

namespace pinpoint::patching {
namespace {

using dialogue::TokenPair;
using model::Work;

text::TokenIds random_ids(Random& random, std::int64_t length, std::int64_t vocabulary) {
  text::TokenIds ids;
  for (std::int64_t i = 0; i < length; ++i)
    ids.push_back(static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(vocabulary))));
  return ids;
}

/// A model of the tests' own in a type, the same on every rank.
class Model {
 public:
  explicit Model(model::DType dtype) {
    test::write_random_model(folder_.path(), {});
    directory_.emplace(folder_.path());
    store_.emplace(directory_->config(), *directory_, model::StoreOptions{.dtype = dtype});
    transformer_.emplace(*store_);
  }
  const model::Transformer& transformer() const { return *transformer_; }
  const model::ModelConfig& config() const { return store_->config(); }

 private:
  test::TemporaryFolder folder_;
  std::optional<io::ModelDirectory> directory_;
  std::optional<model::ShardedStore> store_;
  std::optional<model::Transformer> transformer_;
};

struct Case {
  std::vector<TokenPair> pairs;
  std::int64_t tile_rows = 5;
  std::int64_t group_samples = 2;
  std::int64_t checks = 0;
  std::int64_t pass_rows = 15;  // two of some_pairs
};

class Walk : public testing::Test {
 protected:
  std::optional<SweepRecord> run(const Model& model, const Case& c) {
    const auto samples = static_cast<std::int64_t>(c.pairs.size());
    return walk(model.transformer(), c.pairs, {cut_groups(samples, c.group_samples)},
                {.record_tokens = {3, 7},
                 .tile_rows = c.tile_rows,
                 .pass_rows = c.pass_rows,
                 .checks = choose_checks(1, c.checks, samples, model.config())},
                world, {}, operations);
  }
  std::int64_t counted(Work work) { return parallel::sum(world, operations[work]); }

  const parallel::Communicator world = parallel::Communicator::world();
  model::Operations operations;
};

/// Pairs of uneven lengths that share prefixes of uneven lengths.
std::vector<TokenPair> some_pairs(std::int64_t vocabulary) {
  Random random(5, "pairs");
  std::vector<TokenPair> pairs;
  for (const auto& [prefix, reference, counterfactual] :
       {std::tuple{6, 3, 4}, std::tuple{0, 9, 2}, std::tuple{11, 1, 1}, std::tuple{4, 0, 3}, std::tuple{5, 7, 0}}) {
    const text::TokenIds shared = random_ids(random, prefix, vocabulary);
    TokenPair pair{std::to_string(pairs.size()), shared, shared};
    for (const auto id : random_ids(random, reference, vocabulary)) pair.reference.push_back(id);
    for (const auto id : random_ids(random, counterfactual, vocabulary)) pair.counterfactual.push_back(id);
    pairs.push_back(pair);
  }
  return pairs;
}

TEST_F(Walk, CountsTheOperationsOfTheFormulaExactly) {
  const Model model(model::DType::float32);
  const model::ModelConfig& c = model.config();
  const Case sweep{.pairs = some_pairs(c.vocabulary)};
  const auto record = run(model, sweep);

  const std::int64_t L = c.layers, H = c.heads, d = c.width, f = c.mlp_width, V = c.vocabulary, He = c.heads_width();
  const std::int64_t P = L * (2 * d * He + 2 * d * c.kv_width() + 3 * d * f);
  const auto N = static_cast<std::int64_t>(sweep.pairs.size());
  std::int64_t positions = 0;  // T + Ts, summed over the samples: worked out by hand from some_pairs
  for (const std::int64_t t_and_ts : {9 + 4, 9 + 2, 12 + 1, 4 + 3, 12 + 1}) positions += t_and_ts;

  EXPECT_EQ(counted(Work::passes), 2 * P * positions);
  EXPECT_EQ(counted(Work::rows), N * (H * L * (L + 1) / 2 * 6 * d * f));
  EXPECT_EQ(counted(Work::joins), N * (L * H * 2 * d * He));
  EXPECT_EQ(counted(Work::unembedding), N * (L * H * 2 * d * V));
  EXPECT_EQ(counted(Work::null_rows), N * (L * 6 * d * f));
  EXPECT_EQ(counted(Work::null_unembedding), N * (2 * d * V));
  EXPECT_EQ(counted(Work::pass_a_logits), N * (2 * d * V));
  EXPECT_EQ(counted(Work::null_joins), N * (L * 2 * d * He));
  EXPECT_EQ(counted(Work::checks), 0);
  EXPECT_GT(counted(Work::padding), 0);
}

TEST_F(Walk, CountsWhatThePlanForetells) {
  const Model model(model::DType::float32);
  const model::ModelConfig& c = model.config();
  const Case sweep{.pairs = some_pairs(c.vocabulary)};
  run(model, sweep);
  // Means of the lengths that the test above sums up.
  const planning::SweepOperations planned = planning::sweep_operations(
      c, {.samples = 5, .reference_tokens = 46 / 5.0, .counterfactual_tokens = 9, .suffix_tokens = 11 / 5.0});
  const auto expect = [&](Work work, double foretold) {
    EXPECT_DOUBLE_EQ(static_cast<double>(counted(work)), foretold) << static_cast<int>(work);
  };
  expect(Work::passes, planned.passes);
  expect(Work::rows, planned.rows);
  expect(Work::joins, planned.joins);
  expect(Work::unembedding, planned.unembedding);
  expect(Work::null_rows, planned.null_rows);
  expect(Work::null_joins, planned.null_joins);
  expect(Work::null_unembedding, planned.null_unembedding);
  expect(Work::pass_a_logits, planned.pass_a_logits);
}

TEST_F(Walk, EqualsItsOwnLiteralSweepInFloat32) {
  const Model model(model::DType::float32);
  const auto record = run(model, {.pairs = some_pairs(model.config().vocabulary), .checks = 1'000'000});
  ASSERT_TRUE(record.has_value());
  if (!world.is_root()) return;
  EXPECT_EQ(record->exact_checks.size(), 5u * static_cast<std::size_t>(model.config().layers * model.config().heads));
  const double noise = compute_effects(*record, 10, 1).noise_floor;
  EXPECT_LE(judge_checks(*record, model::DType::float32, noise).worst.deviation, 1e-5);
}

TEST_F(Walk, EqualsItsOwnLiteralSweepInBf16) {
  const Model model(model::DType::bf16);
  const auto record = run(model, {.pairs = some_pairs(model.config().vocabulary), .checks = 1'000'000});
  ASSERT_TRUE(record.has_value());
  if (!world.is_root()) return;
  const CheckVerdict verdict = judge_checks(*record, model::DType::bf16, compute_effects(*record, 10, 1).noise_floor);
  EXPECT_TRUE(verdict.passed()) << verdict.worst.deviation << " above " << verdict.tolerance;
}

TEST_F(Walk, IdenticalPromptsHaveNoEffectAtAll) {
  const Model model(model::DType::float32);
  Random random(6, "identical");
  const text::TokenIds ids = random_ids(random, 8, model.config().vocabulary);
  const auto record = run(model, {.pairs = {{"same", ids, ids}}});
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(counted(Work::rows), 0);
  if (!world.is_root()) return;
  const Effects effects = compute_effects(*record, 10, 1);
  for (const auto& [metric, by_metric] : effects.by_metric)
    for (const double effect : by_metric.effect) EXPECT_EQ(effect, 0.0) << name_of(metric);
}

TEST_F(Walk, RunsPromptsOfOneToken) {
  const Model model(model::DType::float32);
  const auto record = run(model, {.pairs = {{"one", {4}, {9}}, {"two", {4}, {4, 9}}}, .checks = 1'000'000});
  ASSERT_TRUE(record.has_value());
  if (!world.is_root()) return;
  for (const ExactCheck& check : record->exact_checks) EXPECT_LE(check.deviation, 1e-5);
}

TEST_F(Walk, OneSampleIsEnoughForAnyNumberOfRanks) {
  const Model model(model::DType::float32);
  std::vector<TokenPair> pairs = some_pairs(model.config().vocabulary);
  pairs.resize(1);
  const auto record = run(model, {.pairs = pairs, .tile_rows = 64});
  ASSERT_TRUE(record.has_value());
  if (world.is_root()) {
    EXPECT_EQ(record->patched_logits.size(0), 1);
  }
}

TEST_F(Walk, ASamplesBitsDoNotDependOnTheOtherGroupsOfItsBlock) {
  const Model model(model::DType::float32);
  const std::vector<TokenPair> pairs = some_pairs(model.config().vocabulary);
  const auto together = run(model, {.pairs = pairs});
  const auto alone =
      walk(model.transformer(), pairs, {{{2, 4}}},
           {.record_tokens = {3, 7}, .tile_rows = 5, .pass_rows = 15, .checks = {}}, world, {}, operations);
  ASSERT_TRUE(together && alone);
  if (!world.is_root()) return;
  EXPECT_EQ(alone->samples, (std::vector<std::int64_t>{2, 3}));
  EXPECT_TRUE(at::equal(together->patched_logits.narrow(0, 2, 2), alone->patched_logits));
  EXPECT_TRUE(at::equal(together->patched_logsumexp.narrow(0, 2, 2), alone->patched_logsumexp));
  EXPECT_TRUE(at::equal(together->default_logits.narrow(0, 2, 2), alone->default_logits));
}

TEST_F(Walk, IsGivenUpWhereTheObserverSaysSo) {
  const Model model(model::DType::float32);
  int layers = 0;
  const auto record = walk(model.transformer(), some_pairs(model.config().vocabulary), {{{0, 2}}},
                           {.record_tokens = {3, 7}, .tile_rows = 5, .pass_rows = 15, .checks = {}}, world,
                           {.stop = [&] { return ++layers == 2; }, .on_progress = {}}, operations);
  EXPECT_FALSE(record.has_value());
  EXPECT_EQ(layers, 2);
}

TEST_F(Walk, FindsTheSameHoweverPassesAreStacked) {
  const Model model(model::DType::float32);
  const auto pairs = some_pairs(model.config().vocabulary);
  const auto alone = run(model, {.pairs = pairs, .group_samples = 5, .checks = 7, .pass_rows = 1});
  const auto together = run(model, {.pairs = pairs, .group_samples = 5, .checks = 7, .pass_rows = 1000});
  if (!world.is_root()) return;
  EXPECT_TRUE(at::allclose(alone->patched_logits, together->patched_logits, 0, 1e-5));
  EXPECT_TRUE(at::allclose(alone->pass_a_logits, together->pass_a_logits, 0, 1e-5));
  for (const SweepRecord* record : {&*alone, &*together})
    EXPECT_TRUE(judge_checks(*record, model::DType::float32, noise_floor(*record)).passed());
}

TEST(Stacks, HoldAsManySamplesAsFillThem) {
  const auto pairs = some_pairs(96);  // 13, 11, 13, 7 and 13 positions
  const auto cut = [&](parallel::Range group, std::int64_t least_rows) {
    return cut_stacks(pairs, group, least_rows, test::small_llama());
  };
  using parallel::Range;
  EXPECT_EQ(cut({0, 5}, 24), (std::vector<Range>{{0, 2}, {2, 5}}));
  EXPECT_EQ(cut({0, 5}, 25), (std::vector<Range>{{0, 3}, {3, 5}}));
  EXPECT_EQ(cut({1, 3}, 1), (std::vector<Range>{{1, 2}, {2, 3}}));
}

TEST(CounterfactualSuffix, IsWhatFollowsTheSharedPrefixAndAtLeastTheLastToken) {
  const model::ModelConfig llama = test::small_llama();
  EXPECT_EQ(counterfactual_suffix({"", {1, 2, 3}, {1, 2, 4, 5}}, llama), 2);
  EXPECT_EQ(counterfactual_suffix({"", {1, 2, 3}, {1, 2}}, llama), 1);  // a prefix of the reference
  EXPECT_EQ(counterfactual_suffix({"", {1, 2}, {1, 2, 3}}, llama), 1);
  EXPECT_EQ(counterfactual_suffix({"", {1, 2}, {1, 2}}, llama), 0);
  EXPECT_EQ(counterfactual_suffix({"", {1}, {2}}, llama), 1);
}

TEST(CounterfactualSuffix, IsTheWholePromptWhereTheRotaryBasesDiffer) {
  model::ModelConfig qwen = test::small_llama();
  qwen.long_prompts = model::LongPrompts{.trained_positions = 3, .dynamic_ntk = true};
  EXPECT_EQ(counterfactual_suffix({"", {1, 2, 3}, {1, 2, 4}}, qwen), 1);
  EXPECT_EQ(counterfactual_suffix({"", {1, 2, 3}, {1, 2, 4, 5}}, qwen), 4);
  EXPECT_EQ(counterfactual_suffix({"", {1, 2, 3, 4}, {1, 2, 4, 5, 6}}, qwen), 3);  // both up to twice as long
  EXPECT_EQ(counterfactual_suffix({"", {1, 2, 3, 4}, {1, 2, 4, 5, 6, 7, 8}}, qwen), 7);
  qwen.long_prompts->dynamic_ntk = false;
  EXPECT_EQ(counterfactual_suffix({"", {1, 2, 3}, {1, 2, 4, 5}}, qwen), 2);
}

}  // namespace
}  // namespace pinpoint::patching
