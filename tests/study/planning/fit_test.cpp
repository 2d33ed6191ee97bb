#include "study/planning/fit.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "study/planning/plan.h"
#include "study/planning/search.h"
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

std::vector<parallel::Options> all_options() {
  std::vector<parallel::Options> all;
  for (const WeightsRest rest : {WeightsRest::automatic, WeightsRest::device, WeightsRest::host, WeightsRest::disk})
    for (const Shard& shard :
         {Shard{}, Shard{Shard::Over::node}, Shard{Shard::Over::world}, Shard{Shard::Over::ranks, 2}}) {
      all.emplace_back().weights = rest;
      all.back().shard = shard;
    }
  return all;
}

/// Ranks with too little memory for anything, up to enough for everything.
std::vector<Ranks> all_ranks() {
  std::vector<Ranks> all;
  for (const int count : {1, 2, 6, 8, 24})
    for (const double memory : {3e9, 12e9, 40e9, 141e9})
      for (const double host_memory : {30e9, 250e9}) {
        all.push_back(h200().ranks(count));
        all.back().memory = memory;
        all.back().host_memory = host_memory;
      }
  return all;
}

/// Bytes missing in the scarcer of both memories, of which nine tenths may be filled.
double missing(const Memory& memory, const Ranks& ranks) {
  return std::max(memory.total() - 0.9 * ranks.memory, memory.host > 0 ? memory.host - 0.9 * ranks.host_memory : -1e99);
}

/// Tries all placements: the first that fits, else the one with the fewest bytes missing.
template <class MemoryOf>
Placement place_by_trying(const std::vector<Placement>& possible, const Ranks& ranks, MemoryOf memory_of) {
  for (const Placement& placement : possible)
    if (missing(memory_of(placement), ranks) <= 0) return placement;
  return *std::ranges::min_element(possible, {}, [&](const Placement& p) { return missing(memory_of(p), ranks); });
}

TEST(FitSweep, FindsWhatTryingEveryBlockFinds) {
  int fitting = 0, partial = 0;
  for (const Model& model : {test::published("Llama-2-7b-chat-hf"), llama_70b()})
    for (const parallel::Options& options : all_options())
      for (const Ranks& ranks : all_ranks())
        for (const std::optional<std::int64_t> block : {std::optional<std::int64_t>(), {10}, {40}, {1000}}) {
          const std::vector<Placement> possible = candidates(options, ranks, Disk::allowed);
          if (possible.empty()) continue;
          const SweepCostInputs inputs{.samples = 100, .set_samples = 16, .block = block};
          const auto memory_of = [&](std::int64_t samples, const Placement& placement) {
            return sweep_memory(model, inputs, samples, placement, ranks);
          };
          std::int64_t expected = 16;  // whole sets, at most all samples
          while (block && expected < *block) expected += 16;
          expected = std::min<std::int64_t>(expected, 100);
          const Placement placement =
              place_by_trying(possible, ranks, [&](const Placement& p) { return memory_of(expected, p); });
          const bool fits = missing(memory_of(expected, placement), ranks) <= 0;
          for (const std::int64_t more : {32, 48, 64, 80, 96, 100})
            if (!block && fits && missing(memory_of(more, placement), ranks) <= 0) expected = more;

          const SweepFit fit = fit_sweep(model, options, ranks, inputs);
          SCOPED_TRACE(fmt::format("{} ranks of {} and {} bytes, {}", ranks.count, ranks.memory, ranks.host_memory,
                                   describe(placement)));
          ASSERT_EQ(fit.choice.placement, placement);
          ASSERT_EQ(fit.choice.fits, fits);
          ASSERT_EQ(fit.block, expected);
          ASSERT_EQ(fit.choice.memory.total(), memory_of(expected, placement).total());
          fitting += fits;
          partial += fits && !block && expected < 100;
        }
  // The cases include both outcomes, and blocks between one set and all samples.
  EXPECT_GT(fitting, 500);
  EXPECT_GT(partial, 50);
}

TEST(FitTuning, FindsWhatTryingEveryRoundFinds) {
  int kept = 0, recomputed = 0;
  for (const Model& model : {test::published("Llama-2-7b-chat-hf"), llama_70b()})
    for (const TuneMethod method : {TuneMethod::slices, TuneMethod::everything})
      for (const parallel::Options& options : all_options())
        for (const Ranks& ranks : all_ranks())
          for (const std::optional<std::int64_t> micro_batch : {std::optional<std::int64_t>(), {3}}) {
            if (method == TuneMethod::everything && options.weights == WeightsRest::disk) continue;  // refused
            const std::vector<Placement> possible =
                candidates(options, ranks, method == TuneMethod::slices ? Disk::allowed : Disk::refused);
            if (possible.empty()) continue;
            const TuneCostInputs inputs{.method = method, .batch = 64, .micro_batch = micro_batch};
            const std::int64_t share = (64 + ranks.count - 1) / ranks.count;
            // In the order of preference: with tapes before without, then fewer rounds first.
            std::vector<Rounds> all;
            for (const bool keeps_tapes : {true, false})
              for (std::int64_t count = 1; count <= share; ++count) {
                const std::int64_t even = (share + count - 1) / count;
                const std::int64_t dialogues = micro_batch ? std::min(share, *micro_batch) : even;
                all.push_back({dialogues, (share + dialogues - 1) / dialogues, keeps_tapes});
              }
            const auto memory_of = [&](const Rounds& rounds, const Placement& placement) {
              return tune_memory(model, inputs, rounds, placement, ranks);
            };
            const Placement placement =
                place_by_trying(possible, ranks, [&](const Placement& p) { return memory_of(all.back(), p); });
            const bool fits = missing(memory_of(all.back(), placement), ranks) <= 0;
            const Rounds expected =
                fits ? *std::ranges::find_if(all,
                                             [&](const Rounds& rounds) {
                                               return memory_of(rounds, placement).total() <= 0.9 * ranks.memory;
                                             })
                     : all.back();

            const TuneFit fit = fit_tuning(model, options, ranks, inputs);
            SCOPED_TRACE(fmt::format("{} ranks of {} and {} bytes, {}", ranks.count, ranks.memory, ranks.host_memory,
                                     describe(placement)));
            ASSERT_EQ(fit.choice.placement, placement);
            ASSERT_EQ(fit.choice.fits, fits);
            ASSERT_EQ(fit.rounds.dialogues, expected.dialogues);
            ASSERT_EQ(fit.rounds.count, expected.count);
            ASSERT_EQ(fit.rounds.keeps_tapes, expected.keeps_tapes);
            ASSERT_EQ(fit.choice.memory.total(), memory_of(expected, placement).total());
            kept += fits && expected.keeps_tapes;
            recomputed += fits && !expected.keeps_tapes;
          }
  EXPECT_GT(kept, 200);
  EXPECT_GT(recomputed, 50);
}

TEST(MostThatHold, FindsEveryBoundary) {
  for (std::int64_t most = 0; most <= 20; ++most)
    for (std::int64_t boundary = 0; boundary <= 21; ++boundary)
      EXPECT_EQ(most_that_hold(most, [&](std::int64_t n) { return n <= boundary; }), std::min(most, boundary));
}

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
    // Not faster than the arithmetic on all ranks, not slower than on one.
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

TEST(FitSweep, SaysWhy) {
  const auto why = [](const parallel::Options& options, const Ranks& ranks) {
    return fit_sweep(llama_70b(), options, ranks, {}).choice.why;
  };
  Ranks large = h200().ranks(1), tiny = large;
  large.memory = 1e12;
  tiny.memory = 3e9;
  parallel::Options device;
  device.weights = WeightsRest::device;
  EXPECT_EQ(why({}, large), "auto: the fastest place, whole layers on every rank");
  EXPECT_THAT(why({}, h200().ranks(1)), HasSubstr("auto: the first that fits; weights: device, shard: 1 needs"));
  EXPECT_EQ(why({}, tiny), "auto: no place and no group fits");
  EXPECT_EQ(why(device, large), "the only one possible");
}

TEST(FewestRanks, AreTheFirstThatFit) {
  const TuneCostInputs everything{.method = TuneMethod::everything, .batch = 64};
  const auto fewest = fewest_ranks(llama_70b(), {}, h200().ranks(1), everything);
  ASSERT_TRUE(fewest);
  EXPECT_TRUE(fit_tuning(llama_70b(), {}, h200().ranks(*fewest), everything).choice.fits);
  for (int count = 1; count <= 8; ++count)
    EXPECT_FALSE(fit_tuning(llama_70b(), {}, h200().ranks(count), everything).choice.fits) << count;
  // 18 bytes for each of 69e9 parameters are 1241 GB, the memory of 10 ranks. Above 8 only whole machines are tried.
  EXPECT_EQ(*fewest, 16);
  Ranks tiny = h200().ranks(1);
  tiny.memory = 3e9;  // two layers need 3.4 GB
  EXPECT_FALSE(fewest_ranks(llama_70b(), {}, tiny, SweepCostInputs{}));
  parallel::Options whole;  // whole layers do not fit on any number of ranks
  whole.weights = WeightsRest::device;
  whole.shard = {Shard::Over::ranks, 1};
  EXPECT_FALSE(fewest_ranks(llama_70b(), whole, h200().ranks(1), everything));
  EXPECT_FALSE(fewest_ranks(llama_70b(), whole, h200().ranks(1), SweepCostInputs{}));
  whole.shard = {};
  EXPECT_EQ(fewest_ranks(llama_70b(), whole, h200().ranks(1), SweepCostInputs{}), 2);
}

TEST(PlanSweep, CutsBlocksToTheTimeThatMayBeLost) {
  SweepCostInputs inputs;
  inputs.seconds_per_block = 20;
  const SweepPlan plan = plan_sweep(llama_70b(), {}, h200(), 1, inputs);
  EXPECT_EQ(plan.fit.block, 32);
  EXPECT_EQ(plan.walks, 4);
  EXPECT_LE(walk_time(llama_70b(), inputs, 32, plan.fit.choice.placement, h200(), h200().ranks(1)).seconds, 20);
  EXPECT_GT(walk_time(llama_70b(), inputs, 48, plan.fit.choice.placement, h200(), h200().ranks(1)).seconds, 20);
  // 100 samples are three blocks of 32 and one of 4.
  const Placement& placement = plan.fit.choice.placement;
  const Ranks one = h200().ranks(1);
  const auto traffic = [&](std::int64_t block) { return walk_traffic(llama_70b(), inputs, block, placement, one); };
  const auto seconds = [&](std::int64_t block) {
    return walk_time(llama_70b(), inputs, block, placement, h200(), one).seconds;
  };
  EXPECT_DOUBLE_EQ(plan.traffic.host_link, 3 * traffic(32).host_link + traffic(4).host_link);
  const SweepPlan two = plan_sweep(llama_70b(), {}, h200(), 2, inputs);
  const auto sent = [&](std::int64_t block) {
    return walk_traffic(llama_70b(), inputs, block, two.fit.choice.placement, h200().ranks(2)).exchanged;
  };
  EXPECT_EQ(two.fit.block, 64);
  EXPECT_DOUBLE_EQ(two.traffic.exchanged, sent(64) + sent(36));
  EXPECT_DOUBLE_EQ(plan.time.seconds, 3 * seconds(32) + seconds(4));
  EXPECT_EQ(plan.fit.choice.memory.total(), sweep_memory(llama_70b(), inputs, 32, placement, one).total());
  inputs.block = 10;
  EXPECT_EQ(plan_sweep(llama_70b(), {}, h200(), 1, inputs).fit.block, 16);  // a whole set
  inputs.block = 64;                                                        // as configured, even if it takes longer
  EXPECT_EQ(plan_sweep(llama_70b(), {}, h200(), 1, inputs).fit.block, 64);
}

TEST(PlanSweep, LoadsEveryFileOncePerGroup) {
  const double layer = layer_bytes(llama_70b(), 2), table = 32'000.0 * 8192 * 2;
  // Two ranks share the layers and read half of them each, from one disk. On one rank they rest on the host.
  EXPECT_DOUBLE_EQ(plan_sweep(llama_70b(), {}, h200(), 2, {}).loading, (80 * layer + 2 * table) / 10e9);
  EXPECT_DOUBLE_EQ(plan_sweep(llama_70b(), {}, h200(), 1, {}).loading, (80 * layer + 2 * table) / 10e9);
  EXPECT_DOUBLE_EQ(plan_sweep(llama_70b(), {}, h200(), 8, {}).loading, 4 * (80 * layer + 2 * table) / 10e9);
  parallel::Options disk;
  disk.weights = WeightsRest::disk;
  EXPECT_EQ(plan_sweep(llama_70b(), disk, h200(), 1, {}).loading, 0);
}

TEST(RequireFits, NamesWhatWouldFit) {
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
  device.shard = {};
  EXPECT_THAT(test::user_error([&] { require_sweep_fits(llama_70b(), device, h200().ranks(1), {}); }),
              HasSubstr("use weights: host, shard: 1, or at least 2 ranks like these"));
  parallel::Options host;
  host.weights = WeightsRest::host;
  Ranks poor = h200().ranks(1);
  poor.host_memory = 100e9;
  EXPECT_THAT(test::user_error([&] { require_sweep_fits(llama_70b(), host, poor, {}); }),
              AllOf(HasSubstr("the sweep needs 13"),
                    HasSubstr("GB of the machine's memory a rank with weights: host, shard: 1"),
                    HasSubstr("100.0 GB are there")));
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
