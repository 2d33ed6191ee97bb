#include "model/transformer/for_each_layer.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace pinpoint::transformer {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Records what is asked of it, and when a lease ends.
class FakeStore : public WeightStore {
 public:
  explicit FakeStore(std::int64_t layers) { config_.layers = layers; }

  const ModelConfig& config() const override { return config_; }
  at::TensorOptions options() const override { return {}; }
  Lease<LayerWeights> lease_layer(std::int64_t layer) override {
    events.push_back(fmt::format("lease {}", layer));
    return {new LayerWeights, [this, layer](const LayerWeights* weights) {
              delete weights;
              events.push_back(fmt::format("end {}", layer));
            }};
  }
  void prefetch_layer(std::int64_t layer) override { events.push_back(fmt::format("prefetch {}", layer)); }
  void make_progress() override {}
  at::Tensor embedding_rows(const at::Tensor&) override { return {}; }
  at::Tensor final_norm() override { return {}; }
  Lease<at::Tensor> lease_unembedding(std::int64_t, std::int64_t) override { return {}; }

  std::vector<std::string> events;

 private:
  ModelConfig config_;
};

class ForEachLayer : public testing::Test {
 protected:
  void visit(std::int64_t layer) { store.events.push_back(fmt::format("visit {}", layer)); }

  FakeStore store{3};
};

TEST_F(ForEachLayer, LeasesEachLayerAndPrefetchesTheNextOneBeforeTheVisit) {
  EXPECT_TRUE(for_each_layer(store, [&](std::int64_t layer, const LayerWeights&) { visit(layer); }));
  EXPECT_THAT(store.events, ElementsAre("lease 0", "prefetch 1", "visit 0", "end 0", "lease 1", "prefetch 2", "visit 1",
                                        "end 1", "lease 2", "visit 2", "end 2"));
}

TEST_F(ForEachLayer, WalksDownInABackwardPass) {
  for_each_layer(store, {.begin = 1, .end = 3, .order = LayerSpan::Order::backward},
                 [&](std::int64_t layer, const LayerWeights&) { visit(layer); });
  EXPECT_THAT(store.events, ElementsAre("lease 2", "prefetch 1", "visit 2", "end 2", "lease 1", "visit 1", "end 1"));
}

TEST_F(ForEachLayer, PrefetchesTheCallersNextLayerWithTheLastOfTheSpan) {
  for_each_layer(store, {.begin = 0, .end = 2, .next = 2},
                 [&](std::int64_t layer, const LayerWeights&) { visit(layer); });
  EXPECT_THAT(store.events,
              ElementsAre("lease 0", "prefetch 1", "visit 0", "end 0", "lease 1", "prefetch 2", "visit 1", "end 1"));
}

TEST_F(ForEachLayer, StopsAfterAVisitThatReturnsFalse) {
  EXPECT_FALSE(for_each_layer(store, [&](std::int64_t layer, const LayerWeights&) {
    visit(layer);
    return layer < 1;
  }));
  EXPECT_THAT(store.events,
              ElementsAre("lease 0", "prefetch 1", "visit 0", "end 0", "lease 1", "prefetch 2", "visit 1", "end 1"));
}

TEST_F(ForEachLayer, VisitsAllLayersIfTheLastVisitReturnsTrue) {
  int visits = 0;
  EXPECT_TRUE(for_each_layer(store, [&](std::int64_t, const LayerWeights&) { return ++visits <= 3; }));
  EXPECT_EQ(visits, 3);
}

TEST_F(ForEachLayer, AsksForNothingInAnEmptySpan) {
  const auto visit_none = [&](std::int64_t layer, const LayerWeights&) { visit(layer); };
  EXPECT_TRUE(for_each_layer(store, {.begin = 0, .end = 0, .next = 0}, visit_none));
  EXPECT_THAT(store.events, IsEmpty());
}

}  // namespace
}  // namespace pinpoint::transformer
