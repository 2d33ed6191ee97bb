#include "patching/row_layout.h"

#include <gtest/gtest.h>

namespace pinpoint::patching {
namespace {

// Two samples, three layers, two heads: 2 null rows, then 4 rows a layer; 14 rows in tiles of 4.
constexpr RowLayout layout{.samples = 2, .layers = 3, .heads = 2, .tile_rows = 4};

TEST(RowLayout, ListsNullRowsThenLayersInOrderOfJoining) {
  EXPECT_EQ(layout.rows(), 14);
  EXPECT_EQ(layout.joined(RowLayout::null_layer), 2);
  EXPECT_EQ(layout.joined(0), 6);
  EXPECT_EQ(layout.row(0, 0, 0), 2);
  EXPECT_EQ(layout.row(1, 0, 1), 5);
  EXPECT_EQ(layout.row(0, 2, 1), 11);
}

TEST(RowLayout, PlaceIsTheInverseOfRow) {
  EXPECT_EQ(layout.place(1), (RowLayout::Place{.sample = 1, .layer = RowLayout::null_layer, .head = 0}));
  for (std::int64_t layer = 0; layer < 3; ++layer)
    for (std::int64_t sample = 0; sample < 2; ++sample)
      for (std::int64_t head = 0; head < 2; ++head)
        EXPECT_EQ(layout.place(layout.row(sample, layer, head)),
                  (RowLayout::Place{.sample = sample, .layer = layer, .head = head}));
}

TEST(RowLayout, CutsTheListIntoTilesWhateverTheLayer) {
  EXPECT_EQ(layout.tiles(), 4);
  EXPECT_EQ(layout.tile(3), (parallel::Range{12, 14}));
  EXPECT_EQ(layout.first_layer(0), RowLayout::null_layer);
  EXPECT_EQ(layout.first_layer(1), 0);
  EXPECT_EQ(layout.first_layer(2), 1);
  EXPECT_EQ(layout.first_layer(3), 2);
}

}  // namespace
}  // namespace pinpoint::patching
