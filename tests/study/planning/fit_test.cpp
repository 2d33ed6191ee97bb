#include "study/planning/fit.h"

#include <gmock/gmock.h>

#include "study/planning/plan.h"
#include "study/planning/shapes.h"
#include "support/user_error.h"

namespace pinpoint::planning {
namespace {

using parallel::Shard;
using parallel::WeightsRest;
using ::testing::AllOf;
using ::testing::HasSubstr;

Machine h200() {
  return {.name = "H200",
          .memory = 141e9,
          .host_memory = 250e9,
          .bf16_peak = 989e12,
          .float32_peak = 67e12,
          .efficiency = 0.64,
          .memory_rate = 4e12,
          .host_link = 51e9,
          .node_link = 360e9,
          .network = 40e9,
          .disk = 10e9,
          .per_node = 8};
}

Model llama_70b() { return test::published("Llama-2-70b-chat-hf"); }

TEST(FitSweep, PutsWeightsWhereTheyFit) {
  EXPECT_EQ(fit_sweep(test::published("Llama-2-7b-chat-hf"), {}, h200().ranks(1), {}).choice.placement, Placement{});
  // 138 GB: not on one of 141 (127 of which may be filled), but on its host; half of them on each of two.
  EXPECT_EQ(fit_sweep(llama_70b(), {}, h200().ranks(1), {}).choice.placement, (Placement{WeightsRest::host, 1}));
  EXPECT_EQ(fit_sweep(llama_70b(), {}, h200().ranks(2), {}).choice.placement, (Placement{WeightsRest::device, 2}));
  Ranks poor = h200().ranks(1);
  poor.host_memory = 100e9;
  EXPECT_EQ(fit_sweep(llama_70b(), {}, poor, {}).choice.placement, (Placement{WeightsRest::disk, 1}));
}

TEST(FitSweep, TakesAllSamplesInOneWalkWhereTheyFit) {
  EXPECT_EQ(fit_sweep(llama_70b(), {}, h200().ranks(1), {}).block, 100);
  Ranks small = h200().ranks(1);
  small.memory = 20e9;
  const SweepFit fit = fit_sweep(llama_70b(), {}, small, {});
  EXPECT_TRUE(fit.choice.fits);
  EXPECT_LE(fit.choice.memory.total(), 18e9);
  EXPECT_LT(fit.block, 100);
  EXPECT_EQ(fit.block % 16, 0);
  EXPECT_GT(sweep_memory(llama_70b(), {}, fit.block + 16, fit.choice.placement, small).total(), 18e9);
}

TEST(Fit, HoldsForAnyNumberOfRanks) {
  for (const int count : {1, 2, 3, 5, 7, 8, 12, 63, 64, 97, 512, 1000, 4096, 99'991, 100'000}) {
    SCOPED_TRACE(count);
    const Machine machine = h200();
    const SweepPlan sweep = plan_sweep(llama_70b(), {}, machine, count, {});
    EXPECT_TRUE(sweep.fit.choice.fits);
    EXPECT_EQ(count % sweep.fit.choice.placement.shard, 0);
    EXPECT_LE(sweep.fit.choice.memory.total(), usable_share * machine.memory);
    EXPECT_EQ(sweep.operations.all(), plan_sweep(llama_70b(), {}, machine, 1, {}).operations.all());
    // No faster than the arithmetic over all ranks, no slower than on one.
    const double floor = sweep.operations.formula() / (machine.products(transformer::DType::bf16) * count);
    EXPECT_GE(sweep.time.seconds, floor);
    EXPECT_LE(sweep.time.seconds, 60);
    EXPECT_GE(sweep.walks, 1);
    const TunePlan tuning = plan_tuning(llama_70b(), {}, machine, count, {.heads = 192, .kv_groups = 192, .batch = 64});
    EXPECT_TRUE(tuning.fit.choice.fits);
    EXPECT_GE(tuning.fit.rounds.dialogues * tuning.fit.rounds.count * count, 64);
    EXPECT_GT(tuning.step.seconds, 0);
  }
}

TEST(FewestRanks, AreTheFirstThatFit) {
  const TuneCostInputs everything{.method = TuneMethod::everything, .batch = 64};
  const auto fewest = fewest_ranks(llama_70b(), {}, h200().ranks(1), everything);
  ASSERT_TRUE(fewest);
  EXPECT_TRUE(fit_tuning(llama_70b(), {}, h200().ranks(*fewest), everything).choice.fits);
  for (int count = 1; count <= 8; ++count)
    EXPECT_FALSE(fit_tuning(llama_70b(), {}, h200().ranks(count), everything).choice.fits) << count;
  // 18 bytes for each of 69e9 parameters are 1241 GB: no fewer than 10 ranks have that; above 8, whole machines are
  // asked.
  EXPECT_EQ(*fewest, 16);
  Ranks tiny = h200().ranks(1);
  tiny.memory = 3e9;  // two layers alone are 3.4 GB
  EXPECT_FALSE(fewest_ranks(llama_70b(), {}, tiny, SweepCostInputs{}));
}

TEST(PlanSweep, CutsBlocksToTheTimeThatMayBeLost) {
  SweepCostInputs inputs;
  inputs.seconds_per_block = 20;
  const SweepPlan plan = plan_sweep(llama_70b(), {}, h200(), 1, inputs);
  EXPECT_EQ(plan.fit.block, 32);
  EXPECT_EQ(plan.walks, 4);
  EXPECT_LE(walk_time(llama_70b(), inputs, 32, plan.fit.choice.placement, h200(), h200().ranks(1)).seconds, 20);
  EXPECT_GT(walk_time(llama_70b(), inputs, 48, plan.fit.choice.placement, h200(), h200().ranks(1)).seconds, 20);
  inputs.block = 10;
  EXPECT_EQ(plan_sweep(llama_70b(), {}, h200(), 1, inputs).fit.block, 16);  // a whole set
}

TEST(RequireFits, SaysWhatWouldDo) {
  parallel::Options device;
  device.weights = WeightsRest::device;
  device.shard = {Shard::Over::ranks, 1};
  const std::string message = test::user_error([&] { require_sweep_fits(llama_70b(), device, h200().ranks(8), {}); });
  EXPECT_THAT(message, AllOf(HasSubstr("the sweep needs 13"), HasSubstr("GB of memory a rank"), HasSubstr("141.0 GB"),
                             HasSubstr("weights: device, shard: 2")));
  const TuneCostInputs everything{.method = TuneMethod::everything, .batch = 64};
  EXPECT_THAT(test::user_error([&] { require_tuning_fits(llama_70b(), {}, h200().ranks(4), everything); }),
              HasSubstr("use at least 16 ranks like these"));
  Ranks tiny = h200().ranks(4);
  tiny.memory = 3e9;
  EXPECT_THAT(test::user_error([&] { require_sweep_fits(llama_70b(), {}, tiny, {}); }),
              HasSubstr("no number of these is enough"));
  EXPECT_TRUE(require_sweep_fits(llama_70b(), {}, h200().ranks(8), {}).choice.fits);
}

TEST(FitSweep, RefusesGroupsThatDoNotDivide) {
  parallel::Options options;
  options.shard = {Shard::Over::ranks, 3};
  EXPECT_THAT(test::user_error([&] { fit_sweep(llama_70b(), options, h200().ranks(8), {}); }),
              HasSubstr("parallel.shard: 3 does not divide the number of ranks, 8"));
  options.shard = {Shard::Over::node};
  EXPECT_THAT(test::user_error([&] { fit_sweep(llama_70b(), options, h200().ranks(12), {}); }),
              HasSubstr("12 ranks with 8 a machine"));
}

TEST(FitTuning, OfEverythingRefusesWeightsOnDisk) {
  parallel::Options options;
  options.weights = WeightsRest::disk;
  const auto message =
      test::user_error([&] { fit_tuning(llama_70b(), options, h200().ranks(8), {.method = TuneMethod::everything}); });
  EXPECT_THAT(message, HasSubstr("parallel.weights: disk, with tune.method: sft"));
}

}  // namespace
}  // namespace pinpoint::planning
