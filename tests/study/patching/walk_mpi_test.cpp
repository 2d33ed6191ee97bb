// ranks: 1 2 3 5
/// \file
/// One walk: counted operations against the formula, the literal sweep of the program itself, and the odd cases.

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "model/pretrained/model_directory.h"
#include "model/weights/sharded_store.h"
#include "study/effects/effects.h"
#include "study/effects/ranking.h"
#include "study/effects/sample_effects.h"
#include "study/effects/statistics.h"
#include "study/patching/exact_check.h"
#include "study/patching/sample_sets.h"
#include "study/patching/walk.h"
#include "study/planning/sweep_cost.h"
#include "support/random_model.h"
#include "support/shared.h"
#include "system/base/random.h"
#include "system/parallel/collectives.h"

namespace pinpoint::patching {
namespace {

using dialogue::TokenPair;
using transformer::Work;

text::TokenIds random_ids(Random& random, std::int64_t length, std::int64_t vocabulary) {
  text::TokenIds ids;
  for (std::int64_t i = 0; i < length; ++i)
    ids.push_back(static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(vocabulary))));
  return ids;
}

/// A model of the tests' own, the same on every rank.
class Model {
 public:
  explicit Model(transformer::DType dtype, test::Statistics statistics = test::Statistics::plain,
                 const transformer::ModelConfig& shape = test::small_llama()) {
    test::write_random_model(folder_.path(), {.shape = shape, .dtype = at::kBFloat16, .statistics = statistics});
    directory_.emplace(folder_.path());
    store_.emplace(directory_->config(), *directory_, weights::StoreOptions{.dtype = dtype});
    transformer_.emplace(*store_);
  }
  const transformer::Transformer& transformer() const { return *transformer_; }
  const transformer::ModelConfig& config() const { return store_->config(); }

 private:
  test::TemporaryFolder folder_;
  std::optional<pretrained::ModelDirectory> directory_;
  std::optional<weights::ShardedStore> store_;
  std::optional<transformer::Transformer> transformer_;
};

struct Case {
  std::vector<TokenPair> pairs;
  Arithmetic arithmetic = Arithmetic::float32;
  std::int64_t tile_rows = 5;
  std::int64_t set_samples = 2;
  std::int64_t checks = 0;
  std::int64_t pass_rows = 15;  // two of some_pairs

  WalkSettings settings(const transformer::ModelConfig& config) const {
    return {.arithmetic = arithmetic,
            .record_tokens = {3, 7},
            .tile_rows = tile_rows,
            .pass_rows = pass_rows,
            .checks = choose_checks(1, checks, std::ssize(pairs), config)};
  }
};

class Walk : public testing::Test {
 protected:
  std::optional<effects::SweepRecord> run(const Model& model, const Case& c) {
    return walk(model.transformer(), c.pairs, {cut_sample_sets(std::ssize(c.pairs), c.set_samples)},
                c.settings(model.config()), world, {}, operations);
  }
  std::int64_t counted(Work work) { return parallel::sum(world, operations[work]); }

  const parallel::Communicator world = parallel::Communicator::world();
  transformer::Operations operations;
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

/// The sums of docs/patching.md for some_pairs.
struct Formula {
  std::int64_t L, H, d, f, V, e, N = 5, P, positions = 0;
  explicit Formula(const transformer::ModelConfig& c)
      : L(c.layers), H(c.heads), d(c.width), f(c.mlp_width), V(c.vocabulary), e(c.head_width),
        P(L * (2 * d * H * e + 2 * d * c.kv_width() + 3 * d * f)) {
    // T + Ts, summed over the samples: worked out by hand from some_pairs
    for (const std::int64_t t_and_ts : {9 + 4, 9 + 2, 12 + 1, 4 + 3, 12 + 1}) positions += t_and_ts;
  }
};

TEST_F(Walk, CountsTheOperationsOfTheFormulaExactly) {
  const Model model(transformer::DType::bf16);
  const Formula s(model.config());
  // Two parts are two products.
  for (const auto& [arithmetic, products] : {std::pair{Arithmetic::float32, 1}, {Arithmetic::two_parts, 2}}) {
    SCOPED_TRACE(name_of(arithmetic));
    operations = {};
    run(model, {.pairs = some_pairs(s.V), .arithmetic = arithmetic});
    EXPECT_EQ(counted(Work::passes), products * 2 * s.P * s.positions);
    EXPECT_EQ(counted(Work::rows), products * s.N * (s.H * s.L * (s.L + 1) / 2 * 6 * s.d * s.f));
    EXPECT_EQ(counted(Work::joins), products * s.N * (s.L * s.H * 2 * s.d * s.H * s.e));
    EXPECT_EQ(counted(Work::unembedding), s.N * (s.L * s.H * 2 * s.d * s.V));
    EXPECT_EQ(counted(Work::null_rows), products * s.N * (s.L * 6 * s.d * s.f));
    EXPECT_EQ(counted(Work::null_unembedding), s.N * (2 * s.d * s.V));
    EXPECT_EQ(counted(Work::pass_a_logits), s.N * (2 * s.d * s.V));
    EXPECT_EQ(counted(Work::null_joins), products * s.N * (s.L * 2 * s.d * s.H * s.e));
    EXPECT_EQ(counted(Work::checks), 0);
    EXPECT_GT(counted(Work::padding), 0);
  }
}

TEST_F(Walk, OfDifferencesJoinsByOneHeadAndHasPassAAsNullRow) {
  const Model model(transformer::DType::bf16);
  const Formula s(model.config());
  run(model, {.pairs = some_pairs(s.V), .arithmetic = Arithmetic::difference});
  EXPECT_EQ(counted(Work::passes), 2 * s.P * s.positions);  // wide on a CPU
  EXPECT_EQ(counted(Work::rows), s.N * (s.H * s.L * (s.L + 1) / 2 * 6 * s.d * s.f));
  EXPECT_EQ(counted(Work::joins), s.N * (s.L * s.H * 2 * s.d * s.e));
  EXPECT_EQ(counted(Work::unembedding), s.N * (s.L * s.H * 2 * s.d * s.V));
  EXPECT_EQ(counted(Work::pass_a_logits), s.N * (2 * s.d * s.V));
  EXPECT_EQ(counted(Work::null_rows) + counted(Work::null_joins) + counted(Work::null_unembedding), 0);
}

TEST_F(Walk, CountsTheOperationsThatThePlannerPredicts) {
  const Model model(transformer::DType::bf16);
  const transformer::ModelConfig& c = model.config();
  for (const Arithmetic arithmetic :
       {Arithmetic::float32, Arithmetic::difference, Arithmetic::two_parts, Arithmetic::bf16}) {
    SCOPED_TRACE(name_of(arithmetic));
    operations = {};
    run(model, {.pairs = some_pairs(c.vocabulary), .arithmetic = arithmetic});
    using Rows = planning::SweepPrecision::Rows;
    // Means of the lengths that the test above sums up.
    const planning::SweepOperations planned = planning::sweep_operations(
        {c, transformer::DType::bf16},
        {.precision = {arithmetic == Arithmetic::difference ? Rows::differences : Rows::whole,
                       activations_of_passes(arithmetic, transformer::Activations::wide)},
         .samples = 5,
         .reference_tokens = 46 / 5.0,
         .counterfactual_tokens = 9,
         .suffix_tokens = 11 / 5.0});
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
}

struct Precise {
  Arithmetic arithmetic;
  transformer::DType weights;
  test::Statistics statistics;
};

class ExactWalk : public Walk, public testing::WithParamInterface<Precise> {};

/// Every (sample, head) by the literal passes, within the tolerance of a sweep.
TEST_P(ExactWalk, EqualsItsOwnLiteralSweep) {
  const Model model(GetParam().weights, GetParam().statistics);
  const auto record =
      run(model,
          {.pairs = some_pairs(model.config().vocabulary), .arithmetic = GetParam().arithmetic, .checks = 1'000'000});
  ASSERT_TRUE(record.has_value());
  if (!world.is_root()) return;
  EXPECT_EQ(std::ssize(record->exact_checks), 5 * model.config().layers * model.config().heads);
  const CheckVerdict verdict = judge_checks(*record, GetParam().arithmetic);
  EXPECT_TRUE(verdict.passed()) << verdict.deviation << " above " << verdict.tolerance;
}

using enum Arithmetic;
INSTANTIATE_TEST_SUITE_P(All, ExactWalk,
                         testing::Values(Precise{float32, transformer::DType::float32, test::Statistics::plain},
                                         Precise{float32, transformer::DType::float32, test::Statistics::realistic},
                                         Precise{float32, transformer::DType::bf16, test::Statistics::plain},
                                         Precise{float32, transformer::DType::bf16, test::Statistics::realistic},
                                         Precise{difference, transformer::DType::float32, test::Statistics::realistic},
                                         Precise{difference, transformer::DType::bf16, test::Statistics::plain},
                                         Precise{difference, transformer::DType::bf16, test::Statistics::realistic},
                                         Precise{two_parts, transformer::DType::bf16, test::Statistics::realistic},
                                         Precise{bf16, transformer::DType::bf16, test::Statistics::plain},
                                         Precise{bf16, transformer::DType::bf16, test::Statistics::realistic}),
                         [](const auto& c) {
                           return std::string(name_of(c.param.arithmetic)) +
                                  (c.param.weights == transformer::DType::bf16 ? "_of_bf16" : "_of_float32") +
                                  (c.param.statistics == test::Statistics::plain ? "_plain" : "_realistic");
                         });

/// The effects by logit_diff, [N * L * H].
std::vector<double> effects_of(const effects::SweepRecord& record) {
  return effects::sample_effects(record, effects::Metric::logit_diff).values;
}

/// Standard deviation of the difference, relative to that of the second.
double deviation(std::vector<double> effects, const std::vector<double>& exact) {
  for (std::size_t i = 0; i < effects.size(); ++i) effects[i] -= exact[i];
  return effects::spread(effects) / effects::spread(exact);
}

/// All use the same bf16 weights, so that only the arithmetic changes the effects.
TEST_F(Walk, DifferencesAreFarMorePreciseThanRoundedActivations) {
  transformer::ModelConfig shape = test::small_llama();
  shape.layers = 6;
  shape.width = 64;
  shape.head_width = 16;
  shape.mlp_width = 176;
  const Model model(transformer::DType::bf16, test::Statistics::realistic, shape);
  const auto sweep = [&](Arithmetic arithmetic) {
    return *run(model, {.pairs = some_pairs(shape.vocabulary), .arithmetic = arithmetic});
  };
  const effects::SweepRecord by_float32 = sweep(float32), by_difference = sweep(difference),
                             by_parts = sweep(two_parts), by_bf16 = sweep(bf16);
  if (!world.is_root()) return;
  const std::vector<double> exact = effects_of(by_float32);
  EXPECT_LT(deviation(effects_of(by_difference), exact), 0.01);
  EXPECT_LT(deviation(effects_of(by_parts), exact), 0.01);
  EXPECT_GT(deviation(effects_of(by_bf16), exact), 5 * deviation(effects_of(by_difference), exact))
      << deviation(effects_of(by_difference), exact) << " " << deviation(effects_of(by_parts), exact);
  const auto mean_of = [](const effects::SweepRecord& record) {
    return effects::mean(effects::sample_effects(record, effects::Metric::logit_diff));
  };
  EXPECT_GT(effects::rank_correlation(mean_of(by_difference), mean_of(by_float32)), 0.999);
}

TEST_F(Walk, IdenticalPromptsHaveNoEffectAtAll) {
  const Model model(transformer::DType::bf16);
  Random random(6, "identical");
  const text::TokenIds ids = random_ids(random, 8, model.config().vocabulary);
  for (const Arithmetic arithmetic : {float32, difference, bf16}) {
    const auto record = run(model, {.pairs = {{"same", ids, ids}}, .arithmetic = arithmetic});
    ASSERT_TRUE(record.has_value());
    EXPECT_EQ(counted(Work::rows), 0);
    if (!world.is_root()) continue;
    const effects::Effects effects = effects::compute_effects(*record, 10, 1);
    for (const auto& [metric, by_metric] : effects.by_metric)
      for (const double effect : by_metric.effect) EXPECT_EQ(effect, 0.0) << name_of(metric);
  }
}

TEST_F(Walk, RunsPromptsOfOneToken) {
  const Model model(transformer::DType::float32);
  for (const Arithmetic arithmetic : {float32, difference}) {
    const auto record =
        run(model, {.pairs = {{"one", {4}, {9}}, {"two", {4}, {4, 9}}}, .arithmetic = arithmetic, .checks = 1'000'000});
    ASSERT_TRUE(record.has_value());
    if (!world.is_root()) continue;
    for (const effects::ExactCheck& check : record->exact_checks) EXPECT_LE(check.deviation, 1e-5);
  }
}

TEST_F(Walk, OneSampleIsEnoughForAnyNumberOfRanks) {
  const Model model(transformer::DType::float32);
  std::vector<TokenPair> pairs = some_pairs(model.config().vocabulary);
  pairs.resize(1);
  const auto record = run(model, {.pairs = pairs, .tile_rows = 64});
  ASSERT_TRUE(record.has_value());
  if (world.is_root()) {
    EXPECT_EQ(record->patched_logits.size(0), 1);
  }
}

TEST_F(Walk, ASamplesBitsDoNotDependOnTheOtherSetsOfItsBlock) {
  const Model model(transformer::DType::bf16, test::Statistics::realistic);
  Case sweep{.pairs = some_pairs(model.config().vocabulary)};
  for (const Arithmetic arithmetic : {float32, difference, bf16}) {
    sweep.arithmetic = arithmetic;
    const auto together = run(model, sweep);
    const auto alone =
        walk(model.transformer(), sweep.pairs, {{{2, 4}}}, sweep.settings(model.config()), world, {}, operations);
    ASSERT_TRUE(together && alone);
    if (!world.is_root()) continue;
    SCOPED_TRACE(name_of(arithmetic));
    EXPECT_EQ(alone->samples, (std::vector<std::int64_t>{2, 3}));
    EXPECT_TRUE(at::equal(together->patched_logits.narrow(0, 2, 2), alone->patched_logits));
    EXPECT_TRUE(at::equal(together->patched_logsumexp.narrow(0, 2, 2), alone->patched_logsumexp));
    EXPECT_TRUE(at::equal(together->default_logits.narrow(0, 2, 2), alone->default_logits));
  }
}

TEST_F(Walk, IsGivenUpWhenTheObserverStopsIt) {
  const Model model(transformer::DType::float32);
  int layers = 0;
  const auto record =
      walk(model.transformer(), some_pairs(model.config().vocabulary), {{{0, 2}}}, Case{}.settings(model.config()),
           world, {.stop = [&] { return ++layers == 2; }, .on_progress = {}}, operations);
  EXPECT_FALSE(record.has_value());
  EXPECT_EQ(layers, 2);
}

TEST_F(Walk, FindsTheSameHoweverPassesAreStacked) {
  const Model model(transformer::DType::float32);
  const auto pairs = some_pairs(model.config().vocabulary);
  const auto alone = run(model, {.pairs = pairs, .set_samples = 5, .checks = 7, .pass_rows = 1});
  const auto together = run(model, {.pairs = pairs, .set_samples = 5, .checks = 7, .pass_rows = 1000});
  if (!world.is_root()) return;
  EXPECT_TRUE(at::allclose(alone->patched_logits, together->patched_logits, 0, 1e-5));
  EXPECT_TRUE(at::allclose(alone->pass_a_logits, together->pass_a_logits, 0, 1e-5));
  for (const effects::SweepRecord* record : {&*alone, &*together}) EXPECT_TRUE(judge_checks(*record, float32).passed());
}

}  // namespace
}  // namespace pinpoint::patching
