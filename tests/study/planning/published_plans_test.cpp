// Every configuration of the project on 8, 64 and 512 ranks of two GPUs. tests/app/commands/plan_test.py tests the
// command.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "app/config/config.h"
#include "app/config/gpu_table.h"
#include "study/planning/plan.h"
#include "study/planning/shapes.h"

namespace pinpoint::planning {
namespace {

std::set<std::filesystem::path> configurations() {
  const char* source = std::getenv("PINPOINT_SOURCE");
  std::set<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(source ? source : ".") / "configs")) {
    const std::string name = entry.path().stem().string();
    if (name.ends_with("-spt") || name.ends_with("-sft")) files.insert(entry.path());
  }
  return files;
}

TEST(PublishedConfigurations, FitOnEightRanksExceptForLargeModelsWithEveryWeight) {
  ASSERT_EQ(configurations().size(), 14u);
  for (const auto& file : configurations())
    for (const char* gpu : {"H100-80G", "H200"})
      for (const int ranks : {8, 64, 512}) {
        SCOPED_TRACE(fmt::format("{} on {} of {}", file.stem().string(), ranks, gpu));
        const config::Config config = config::load_config(file, {});
        const Model model = test::published(config.model.path.filename().string());
        const Machine machine = config::find_machine(gpu);

        const SweepPlan sweep = plan_sweep(model, config.parallel, machine, ranks, {});
        EXPECT_TRUE(sweep.fit.choice.fits);
        EXPECT_LE(sweep.fit.choice.memory.total(), 0.9 * machine.memory);
        EXPECT_EQ(sweep.walks, 1);
        EXPECT_EQ(sweep.fewest, 1);

        const bool everything = config.tune.method == tuning::Method::sft;
        const TuneCostInputs inputs{.method = everything ? TuneMethod::everything : TuneMethod::slices,
                                    .heads = config.select.count,
                                    .kv_groups = config.select.count,
                                    .batch = config.tune.batch};
        const TunePlan tuning = plan_tuning(model, config.parallel, machine, ranks, inputs);
        const bool is_large = everything && model.config.width == 8192;
        EXPECT_EQ(tuning.fit.choice.fits, !(is_large && ranks == 8));
        EXPECT_EQ(*tuning.fewest > 8, is_large);
        EXPECT_GT(tuning.step.seconds, 0);
      }
}

}  // namespace
}  // namespace pinpoint::planning
