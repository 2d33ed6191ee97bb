#include "study/planning/placement.h"

#include <gmock/gmock.h>

#include "study/planning/shapes.h"

namespace pinpoint::planning {
namespace {

using parallel::Shard;
using parallel::WeightsRest;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<int> shards(const parallel::Options& options, const Ranks& ranks) {
  std::vector<int> sizes;
  for (const Placement& placement : candidates(options, ranks, Disk::allowed)) sizes.push_back(placement.shard);
  return sizes;
}

parallel::Options on(WeightsRest rest, Shard shard = {}) {
  parallel::Options options;
  options.weights = rest;
  options.shard = shard;
  return options;
}

TEST(Candidates, OnTheDeviceShareAmongFewRanks) {
  EXPECT_THAT(shards(on(WeightsRest::device), {.count = 1, .per_node = 8}), ElementsAre(1));
  EXPECT_THAT(shards(on(WeightsRest::device), {.count = 8, .per_node = 8}), ElementsAre(1, 2, 4, 8));
  EXPECT_THAT(shards(on(WeightsRest::device), {.count = 64, .per_node = 8}), ElementsAre(1, 2, 4, 8, 64));
  EXPECT_THAT(shards(on(WeightsRest::device), {.count = 12, .per_node = 8}), ElementsAre(1, 2, 4, 12));
  EXPECT_THAT(shards(on(WeightsRest::device), {.count = 7, .per_node = 8}), ElementsAre(1, 7));
  EXPECT_THAT(shards(on(WeightsRest::device), {.count = 99'991, .per_node = 8}), ElementsAre(1, 99'991));
}

TEST(Candidates, OnASlowPlaceShareWithinAMachine) {
  EXPECT_THAT(shards(on(WeightsRest::host), {.count = 64, .per_node = 8}), ElementsAre(8, 4, 2, 1, 64));
  EXPECT_THAT(shards(on(WeightsRest::disk), {.count = 4, .per_node = 8}), ElementsAre(4, 2, 1));
}

TEST(Candidates, AreTheFastestPlacesFirst) {
  const Ranks one{.count = 1, .per_node = 8};
  EXPECT_THAT(
      candidates({}, one, Disk::allowed),
      ElementsAre(Placement{WeightsRest::device, 1}, Placement{WeightsRest::host, 1}, Placement{WeightsRest::disk, 1}));
  EXPECT_THAT(candidates({}, one, Disk::refused),
              ElementsAre(Placement{WeightsRest::device, 1}, Placement{WeightsRest::host, 1}));
}

TEST(Candidates, OnACpuHaveOneMemory) {
  const Ranks cpu{.count = 1, .per_node = 2, .memory = 1e9, .computes_on_host = true};
  EXPECT_THAT(candidates({}, cpu, Disk::allowed),
              ElementsAre(Placement{WeightsRest::device, 1}, Placement{WeightsRest::disk, 1}));
  EXPECT_THAT(candidates(on(WeightsRest::host), cpu, Disk::allowed), ElementsAre(Placement{WeightsRest::device, 1}));
}

TEST(Candidates, AreWhatTheOptionsSay) {
  const Ranks ranks{.count = 16, .per_node = 8};
  EXPECT_THAT(shards(on(WeightsRest::device, {Shard::Over::ranks, 4}), ranks), ElementsAre(4));
  EXPECT_THAT(shards(on(WeightsRest::device, {Shard::Over::node}), ranks), ElementsAre(8));
  EXPECT_THAT(shards(on(WeightsRest::device, {Shard::Over::world}), ranks), ElementsAre(16));
  EXPECT_THAT(shards(on(WeightsRest::device, {Shard::Over::ranks, 3}), ranks), IsEmpty());
  EXPECT_THAT(shards(on(WeightsRest::device, {Shard::Over::node}), {.count = 12, .per_node = 8}), IsEmpty());
  EXPECT_THAT(shards(on(WeightsRest::device, {Shard::Over::node}), {.count = 3, .per_node = 8}), ElementsAre(3));
}

TEST(WeightMemory, IsAShareAndTwoWholeLayers) {
  const Model model = test::published("Llama-2-70b-chat-hf");
  const Ranks ranks{.count = 8, .per_node = 8};
  const Memory memory = weight_memory(model, {WeightsRest::device, 4}, ranks);
  const double layer = layer_bytes(model, 4);
  EXPECT_EQ(test::part(memory, "layers at rest"), 80 * layer / 4);
  EXPECT_EQ(test::part(memory, "embeddings at rest"), 2 * 8000.0 * 8192 * 2);
  EXPECT_EQ(test::part(memory, "gathered layers"), 2 * layer);
  EXPECT_EQ(test::part(memory, "gathered vocabulary tiles"), 2 * 8192.0 * 8192 * 2);
  EXPECT_EQ(test::part(memory, "widened vocabulary tile"), 8192.0 * 8192 * 4);
  EXPECT_EQ(memory.host, 1.25 * layer);  // gathered there, from a slice there
}

TEST(WeightMemory, OfResidentLayersHasNoBuffers) {
  const Model model = test::published("Llama-2-7b-chat-hf");
  const Memory memory = weight_memory(model, {}, {});
  EXPECT_EQ(test::part(memory, "gathered layers"), 0);
  EXPECT_EQ(test::part(memory, "layers at rest"), 32 * layer_bytes(model, 1));
}

TEST(WeightMemory, OnTheHostIsMemoryOfTheMachine) {
  const Model model = test::published("Llama-2-7b-chat-hf");
  const Memory memory = weight_memory(model, {WeightsRest::host, 1}, {});
  EXPECT_EQ(memory.host, 32 * layer_bytes(model, 1) + 2 * 32000.0 * 4096 * 2);
  EXPECT_EQ(test::part(memory, "layers at rest"), 0);
  EXPECT_EQ(test::part(memory, "gathered layers"), 2 * layer_bytes(model, 1));
}

TEST(WeightMemory, OnDiskIsTheSliceBeingRead) {
  const Model model = test::published("Llama-2-7b-chat-hf");
  Ranks cpu{.count = 2, .per_node = 2, .computes_on_host = true};
  EXPECT_EQ(test::part(weight_memory(model, {WeightsRest::disk, 2}, cpu), "slice being read"),
            layer_bytes(model, 2) / 2);
  EXPECT_EQ(test::part(weight_memory(model, {WeightsRest::disk, 1}, cpu), "slice being read"), 0);
  cpu.computes_on_host = false;
  EXPECT_EQ(weight_memory(model, {WeightsRest::disk, 2}, cpu).host, 1.5 * layer_bytes(model, 2));
}

}  // namespace
}  // namespace pinpoint::planning
