#include "study/patching/tiling.h"

#include <gmock/gmock.h>

#include "study/patching/model_7b.h"

namespace pinpoint::patching {
namespace {

TEST(Tiling, FollowsModelAndConfiguration) {
  const Tiling chosen = choose_tiling(model_7b(), 48, false);
  EXPECT_EQ(chosen.tile_rows, 48);
  EXPECT_EQ(chosen.set_samples, 3);  // 2 * 48 / 32
  EXPECT_EQ(choose_tiling(model_7b(), 1, false).set_samples, 1);
}

TEST(Tiling, TakesLargeTilesForLargeModels) {
  EXPECT_EQ(choose_tiling(model_7b(), {}, false),
            (Tiling{.tile_rows = 256, .set_samples = 16, .pass_rows = 256}));  // 2 * 256 / 32
  EXPECT_EQ(choose_tiling(model_7b(), {}, true).tile_rows, 512);               // 32 * 32 / 2
  transformer::ModelConfig small = model_7b();
  small.layers = 6;
  small.heads = 8;
  EXPECT_EQ(choose_tiling(small, {}, false).tile_rows, 64);  // half of 48 rows is less than any tile
}

}  // namespace
}  // namespace pinpoint::patching
