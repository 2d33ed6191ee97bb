#include "study/tuning/batches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "model/transformer/model_config.h"
#include "study/tuning/dealing.h"
#include "study/tuning/schedule.h"

namespace pinpoint::tuning {
namespace {

using ::testing::ElementsAre;
using ::testing::Ne;
using ::testing::UnorderedElementsAre;

std::vector<std::int64_t> line_of(const Batches& batches, std::int64_t steps) {
  std::vector<std::int64_t> line;
  for (std::int64_t step = 0; step < steps; ++step)
    for (const std::int64_t index : batches.at(step)) line.push_back(index);
  return line;
}

TEST(Batches, SpanEpochsAndHaveEveryDialogueOncePerEpoch) {
  const std::vector<std::int64_t> line = line_of(Batches(42, 5, 3), 5);  // three epochs of five
  for (std::int64_t epoch = 0; epoch < 3; ++epoch)
    EXPECT_THAT(std::vector(line.begin() + 5 * epoch, line.begin() + 5 * epoch + 5),
                UnorderedElementsAre(0, 1, 2, 3, 4));
}

/// With `epochs` that whole batches divide, every dialogue occurs that often. Otherwise visits_left_out() are missing
/// at the end of the sequence, and one more step would bring them.
TEST(Batches, SeeEveryDialogueAsOftenAsEpochsSay) {
  const auto missing = [](std::int64_t count, std::int64_t batch, std::int64_t epochs, std::int64_t more_steps) {
    TuneOptions options;
    options.batch = batch;
    options.epochs = static_cast<double>(epochs);
    const std::int64_t steps = number_of_steps(options, count) + more_steps;
    const std::vector<std::int64_t> line = line_of(Batches(42, count, batch), steps);
    std::int64_t visits = 0;
    for (std::int64_t index = 0; index < count; ++index)
      visits += std::max<std::int64_t>(0, epochs - std::ranges::count(line, index));
    EXPECT_TRUE(more_steps > 0 || visits == visits_left_out(options, count));
    return visits;
  };
  EXPECT_EQ(missing(64, 32, 1, 0), 0);
  EXPECT_EQ(missing(48, 32, 2, 0), 0);
  EXPECT_EQ(missing(3, 5, 5, 0), 0);
  EXPECT_EQ(missing(63, 32, 1, 0), 31);
  EXPECT_EQ(missing(63, 32, 1, 1), 0);
  EXPECT_EQ(missing(5, 4, 2, 0), 2);
  EXPECT_EQ(missing(5, 4, 2, 1), 0);
  EXPECT_EQ(missing(5, 7, 3, 0), 1);
  EXPECT_EQ(missing(5, 7, 3, 1), 0);
}

TEST(Batches, DependOnTheSeedAndNotOnTheBatch) {
  EXPECT_EQ(line_of(Batches(42, 50, 3), 20), line_of(Batches(42, 50, 5), 12));
  EXPECT_THAT(line_of(Batches(43, 50, 3), 20), Ne(line_of(Batches(42, 50, 3), 20)));
  const auto line = line_of(Batches(42, 50, 50), 2);
  EXPECT_NE(std::vector(line.begin(), line.begin() + 50), std::vector(line.begin() + 50, line.end()));
}

TEST(Batches, MayBeLargerThanAnEpoch) {
  const auto batch = Batches(1, 2, 5).at(3);
  EXPECT_EQ(batch.size(), 5u);
  EXPECT_LE(std::ranges::count(batch, 0), 3);
  EXPECT_GE(std::ranges::count(batch, 0), 2);
}

TEST(Dealing, KeepsDialoguesAtHomeIfThatIsEven) {
  EXPECT_THAT(deal({4, 7, 2, 9}, {1, 1, 1, 1}, 2), ElementsAre(0, 1, 0, 1));
}

TEST(Dealing, MovesAsFewAsPossible) {
  // All are at home on rank 0: 5 + 3 + 1 + 1 = 10. Moving the 5 leaves 5 and 5.
  EXPECT_THAT(deal({0, 2, 4, 6}, {5, 3, 1, 1}, 2), ElementsAre(1, 0, 0, 0));
  EXPECT_THAT(deal({0}, {5}, 3), ElementsAre(0));
  EXPECT_THAT(deal({3, 6}, {5, 5}, 3), testing::Contains(0));
}

TEST(Dealing, EvensOutTheCosts) {
  std::vector<std::int64_t> indices;
  std::vector<double> costs;
  for (std::int64_t i = 0; i < 32; ++i) {
    indices.push_back(i * i);
    costs.push_back(static_cast<double>(100 + 37 * i % 90));
  }
  const auto owner = deal(indices, costs, 3);
  std::vector<double> work(3, 0);
  for (std::size_t i = 0; i < owner.size(); ++i) work[static_cast<std::size_t>(owner[i])] += costs[i];
  EXPECT_LE(std::ranges::max(work) - std::ranges::min(work), 100);
}

TEST(Dealing, CountsAttentionByTheSquareOfTheLength) {
  const transformer::ModelConfig config{
      .layers = 1, .heads = 2, .kv_heads = 2, .width = 8, .head_width = 4, .mlp_width = 10};
  // Products: 8 * (16 + 16 + 30) = 496 per token; attention 16 per token and key.
  EXPECT_DOUBLE_EQ(dialogue_cost(config, 1), 496 + 16);
  EXPECT_DOUBLE_EQ(dialogue_cost(config, 10), 4960 + 1600);
}

}  // namespace
}  // namespace pinpoint::tuning
