// ranks: 2 3
/// \file
/// Fetchers of the same group, and other collectives of it, do not meet, whenever their gathers start.
#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <gtest/gtest.h>

#include "model/weights/slice_fetcher.h"
#include "system/parallel/collectives.h"

namespace pinpoint::weights {
namespace {

constexpr std::int64_t slice_bytes = 128;

/// Rank r's slices of units 0 and 1 are filled with `first` + r and `first` + 100 + r.
std::vector<at::Tensor> slices(int first, int rank) {
  return {at::full({slice_bytes}, first + rank, at::kByte), at::full({slice_bytes}, first + 100 + rank, at::kByte)};
}

at::Tensor whole(int first, int ranks) {
  std::vector<at::Tensor> all;
  for (int rank = 0; rank < ranks; ++rank) all.push_back(slices(first, rank)[0]);
  return at::cat(all);
}

class Fetchers : public testing::Test {
 protected:
  SliceFetcher fetcher(int first) const {
    return {world, c10::Device(c10::kCPU), slice_bytes, std::make_unique<MemoryShelf>(slices(first, world.rank()))};
  }
  const parallel::Communicator world = parallel::Communicator::world();
};

TEST_F(Fetchers, MayBeginTheirGathersInAnyOrder) {
  SliceFetcher layers = fetcher(0), tiles = fetcher(50);
  layers.prefetch(0);
  tiles.prefetch(0);
  // Rank 0 begins the gather of layers first, the other ranks that of tiles.
  (world.is_root() ? layers : tiles).make_progress();
  (world.is_root() ? tiles : layers).make_progress();
  EXPECT_TRUE(at::equal(*layers.lease(0), whole(0, world.size())));
  EXPECT_TRUE(at::equal(*tiles.lease(0), whole(50, world.size())));
}

TEST_F(Fetchers, MayBeginBeforeOrAfterOtherCollectivesOfTheGroup) {
  SliceFetcher layers = fetcher(0);
  layers.prefetch(0);
  if (world.is_root()) layers.make_progress();
  EXPECT_EQ(parallel::sum(world, 1), world.size());
  EXPECT_TRUE(at::equal(*layers.lease(0), whole(0, world.size())));
}

}  // namespace
}  // namespace pinpoint::weights
