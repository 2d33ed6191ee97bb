#include "study/planning/walk_cost.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "study/patching/row_layout.h"
#include "study/planning/shapes.h"
#include "system/parallel/partition.h"

namespace pinpoint::planning {
namespace {

TEST(WalkMemory, OfAHundredSamplesOf70BIsMostlyRows) {
  const Model model = test::published("Llama-2-70b-chat-hf");
  const Memory memory = walk_memory(model, {.precision = test::whole_bf16}, 100, 1);
  // 512,000 rows and 100 null rows of 4 * 8192 bytes, 16.8 GB, and less than a tile of padding in each of 7 sets.
  const double rows = 512'100.0 * 4 * 8192;
  EXPECT_GE(test::part(memory, "rows"), rows);
  EXPECT_LE(test::part(memory, "rows"), rows + 7 * 512.0 * 4 * 8192);
  EXPECT_NEAR(test::part(memory, "rows"), 16.8e9, 0.15e9);
}

TEST(WalkMemory, OfASmallModelIsThatCalculatedByHand) {
  const Model model{test::odd_shape(transformer::Architecture::llama), transformer::DType::bf16};
  SweepCostInputs inputs{.precision = test::whole_bf16,
                         .samples = 2,
                         .reference_tokens = 5,
                         .counterfactual_tokens = 4,
                         .suffix_tokens = 3,
                         .tile_rows = 8,
                         .set_samples = 4,
                         .pass_rows = 8};
  const auto parts = [&](int ranks) {
    const Memory memory = walk_memory(model, inputs, 2, ranks);
    return std::array{test::part(memory, "rows"), test::part(memory, "passes"), test::part(memory, "traces of a layer"),
                      test::part(memory, "activations")};
  };
  // Rows: two null rows and 2 * 2 * 3 others are two tiles of 8. Passes: 5 + 3 positions for each sample, a stack each.
  // Traces: z_A and z_c in bf16, W_o z_A and the null row in float32. Activations: a stack's projections, 8 rows of
  // 8 + 4 + 4 and of 10 numbers, each as bf16 beside float32 (the former with a second float32), and 2 * 2 scores 5
  // x 5.
  EXPECT_EQ(parts(1), (std::array{16.0 * 40, 16.0 * 40, 2.0 * (2 * 8 * 2 + 2 * 40), 8.0 * (16 * 10 + 10 * 6) + 400}));
  EXPECT_EQ(parts(2), (std::array{8.0 * 40, 8.0 * 40, 2.0 * (2 * 8 * 2 + 2 * 40), 8.0 * (16 * 10 + 10 * 6) + 400}));
  // Differences have no null rows. Traces: z_c - z_A, the null row, gate, up and hidden in float32. Activations: a tile
  // has 8 rows of five float32 and one bf16 of width 6, and of five float32 of width 10.
  inputs.precision = {};
  EXPECT_EQ(parts(1), (std::array{16.0 * 40, 16.0 * 40, 2.0 * 4 * (8 + 10 + 3 * 6), 8.0 * (5 * 24 + 12 + 5 * 40)}));
}

TEST(WalkMemory, HasALayerInFloat32IfRowsNeedItAndItIsSmall) {
  const auto widened = [](const char* name, const SweepPrecision& precision) {
    return test::part(walk_memory(test::published(name), {.precision = precision}, 16, 1), "widened layer");
  };
  using Rows = SweepPrecision::Rows;
  using enum transformer::Activations;
  EXPECT_EQ(widened("Llama-2-7b-chat-hf", {Rows::whole, wide}), 4.0 * (4 * 4096.0 * 4096 + 3 * 4096.0 * 11008));
  EXPECT_EQ(widened("Llama-2-7b-chat-hf", {Rows::whole, rounded}), 0);
  EXPECT_EQ(widened("Llama-2-7b-chat-hf", {Rows::differences, wide}), 0);
  EXPECT_EQ(widened("Llama-2-70b-chat-hf", {Rows::whole, wide}), 0);  // 3.4 GB: block by block
}

/// Rows of the busiest rank, with tiles dealt as in a walk.
double dealt_rows(const transformer::ModelConfig& config, const SweepCostInputs& inputs, std::int64_t block,
                  int ranks) {
  std::vector<patching::RowLayout> sets;
  for (std::int64_t first = 0; first < block; first += inputs.set_samples)
    sets.push_back({std::min(inputs.set_samples, block - first), config.layers, config.heads, inputs.tile_rows,
                    inputs.precision.has_differences() ? 0 : std::min(inputs.set_samples, block - first)});
  std::vector<std::int64_t> first_layers;
  for (const patching::RowLayout& set : sets)
    for (std::int64_t t = 0; t < set.tiles(); ++t) first_layers.push_back(set.first_layer(t));
  std::map<int, std::int64_t> tiles;
  for (std::size_t i = 0; i < first_layers.size(); ++i)
    ++tiles[parallel::snake_owner(static_cast<std::int64_t>(i), ranks)];
  std::int64_t most = 0;
  for (const auto& [rank, count] : tiles) most = std::max(most, count);
  return static_cast<double>(most * inputs.tile_rows);
}

TEST(WalkMemory, CountsTheTilesThatAWalkDeals) {
  Model model{test::odd_shape(transformer::Architecture::llama), transformer::DType::float32};
  model.config.layers = 7;
  model.config.heads = 5;
  for (const auto rows : {SweepPrecision::Rows::whole, SweepPrecision::Rows::differences}) {
    const SweepCostInputs inputs{.precision = {.rows = rows}, .samples = 23, .tile_rows = 8, .set_samples = 4};
    for (const std::int64_t block : {1, 4, 6, 23})
      for (const int ranks : {1, 2, 3, 7, 64, 100'000})
        EXPECT_EQ(test::part(walk_memory(model, inputs, block, ranks), "rows"),
                  dealt_rows(model.config, inputs, block, ranks) * 4 * 10)
            << block << " samples, " << ranks << " ranks";
  }
}

TEST(WalkTraffic, IsEveryLayerAndTheUnembeddingOnce) {
  const Model model{test::odd_shape(transformer::Architecture::llama), transformer::DType::bf16};
  const Ranks ranks{.count = 4, .per_node = 4, .memory = 1e9, .host_memory = 1e9};
  const SweepCostInputs whole{.precision = test::whole_bf16};
  const Traffic device = walk_traffic(model, whole, 2, {parallel::WeightsRest::device, 2}, ranks);
  EXPECT_EQ(device.gathered, 3 * 1152 / 2 + 7 * 10 * 2 / 2);
  EXPECT_EQ(device.host_link + device.disk, 0);
  // Of 2 samples z_A, z_c (8 bf16 each) and W_o z_A, null row (10 float32 each), three quarters from other ranks.
  EXPECT_EQ(device.exchanged, 3 * 0.75 * 2 * (2 * 8 * 2 + 2 * 10 * 4));

  const Traffic disk = walk_traffic(model, whole, 2, {parallel::WeightsRest::disk, 4}, ranks);
  EXPECT_EQ(disk.disk, (3 * 1280 + 7 * 10 * 2) / 4.0);  // a layer is padded to 5 * 256
  EXPECT_EQ(disk.host_link, disk.disk);
  EXPECT_EQ(disk.gathered, (3 * 1280 + 7 * 10 * 2) * 0.75);

  const Traffic resident = walk_traffic(model, whole, 2, {}, ranks);
  EXPECT_EQ(resident.gathered + resident.host_link + resident.disk, 0);
}

TEST(WalkTraffic, OfDifferencesIsTheNullRowsWithTheirProductsAndLogits) {
  const Model model{test::odd_shape(transformer::Architecture::llama), transformer::DType::bf16};
  const Ranks ranks{.count = 4, .per_node = 4, .memory = 1e9, .host_memory = 1e9};
  // Of 2 samples, three quarters from other ranks, all float32: in 3 layers z_c - z_A (8), the null row (10), gate and
  // up (6 each); once the null row behind the last layer (10) and its logits (7).
  EXPECT_EQ(walk_traffic(model, {}, 2, {}, ranks).exchanged, 0.75 * 2 * 4 * (3 * (8 + 10 + 2 * 6) + 10 + 7));
}

TEST(SamplesThatFit, AreWholeSetsAndAtLeastOne) {
  const Model model = test::published("Llama-2-7b-chat-hf");
  const SweepCostInputs inputs{.samples = 100, .set_samples = 16};
  const double of_48 = walk_memory(model, inputs, 48, 2).total();
  EXPECT_EQ(samples_that_fit(model, inputs, 2, of_48), 48);
  EXPECT_EQ(samples_that_fit(model, inputs, 2, of_48 - 1), 32);
  EXPECT_EQ(samples_that_fit(model, inputs, 2, 0), 16);
  EXPECT_EQ(samples_that_fit(model, inputs, 2, 1e15), 100);
}

TEST(MovingTime, TakesTheLinkThatTheGroupCrosses) {
  const Machine machine{
      .name = "four a machine", .host_link = 5, .node_link = 10, .network = 2, .disk = 8, .per_node = 4};
  const Traffic traffic{.gathered = 20, .host_link = 10, .disk = 4, .exchanged = 20};
  const auto time = [&](int shard, int ranks) {
    return moving_time(traffic, {parallel::WeightsRest::disk, shard}, machine, machine.ranks(ranks));
  };
  EXPECT_EQ(time(4, 8).gather, 2);     // within a machine
  EXPECT_EQ(time(8, 8).gather, 10);    // over two
  EXPECT_EQ(time(3, 12).gather, 10);   // groups of 3 in machines of 4: some cross
  EXPECT_EQ(time(4, 4).exchange, 2);   // all ranks are in one machine
  EXPECT_EQ(time(4, 8).exchange, 10);  // they are not
  EXPECT_EQ(time(4, 8).transfer, 2);   // four ranks read 16 together at 8; the host link takes as long
  EXPECT_EQ(time(1, 1).transfer, 2);   // one reads 4 at 8: the host link is slower
}

TEST(WalkClock, OverlapsTheNextFetchWithThisProduct) {
  WalkClock clock;
  clock.step(3, {.gather = 2});                    // 2 not overlapped, then 3
  clock.step(1, {.gather = 4, .transfer = 1});     // 3 of 4 overlap with the product of 3
  clock.step(5, {.transfer = 1, .exchange = 10});  // overlapped; the exchange never is
  const StageTime time = clock.finish();
  EXPECT_EQ(time.seconds, 2 + 4 + 1 + 10 + 5);
  EXPECT_EQ(time.compute, 9);
  EXPECT_EQ(time.moving.gather, 6);
  EXPECT_EQ(time.moving.transfer, 2);
  EXPECT_EQ(time.bottleneck(), Bottleneck::gather);  // 6 + 10 of sending
}

TEST(WalkTime, Of70BOnOneGpuIsItsArithmetic) {
  const Model model = test::published("Llama-2-70b-chat-hf");
  Machine machine{.name = "H200",
                  .memory = 141e9,
                  .host_memory = 250e9,
                  .bf16_peak = 790e12,
                  .float32_peak = 67e12,
                  .efficiency = 0.8,
                  .memory_rate = 4e12,
                  .host_link = 50e9,
                  .node_link = 360e9,
                  .network = 40e9,
                  .disk = 10e9,
                  .per_node = 8};
  const Placement host{parallel::WeightsRest::host, 1};
  const StageTime time = walk_time(model, {}, 100, host, machine, machine.ranks(1));
  // 3.1e16 operations at 80 % of 790 TFLOP/s are 50 s, and their part in float32 takes longer; 138 GB at 50 GB/s are 3
  // s.
  EXPECT_GT(time.seconds, 50);
  EXPECT_LT(time.seconds, 60);
  EXPECT_NEAR(time.moving.transfer, 2.74, 0.03);
  EXPECT_EQ(time.bottleneck(), Bottleneck::compute);
}

TEST(WalkTime, OfFloat32RowsIsThatOfFloat32Products) {
  const Model model = test::published("Llama-2-7b-chat-hf");
  const Machine machine{.name = "", .memory = 1e12, .bf16_peak = 10e12, .float32_peak = 1e12, .memory_rate = 1e15};
  const auto seconds = [&](SweepPrecision::Rows rows, transformer::Activations passes) {
    return walk_time(model, {.precision = {rows, passes}}, 16, {}, machine, machine.ranks(1)).compute;
  };
  using Rows = SweepPrecision::Rows;
  using enum transformer::Activations;
  // Attention and the unembedding are float32 in all cases.
  EXPECT_GT(seconds(Rows::whole, wide), 7 * seconds(Rows::whole, rounded));
  EXPECT_GT(seconds(Rows::whole, two_parts), 1.6 * seconds(Rows::whole, rounded));
  EXPECT_GT(seconds(Rows::differences, wide), seconds(Rows::differences, two_parts));
  EXPECT_LT(seconds(Rows::differences, two_parts), 1.3 * seconds(Rows::whole, rounded));
}

}  // namespace
}  // namespace pinpoint::planning
