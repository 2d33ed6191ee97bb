#include "study/patching/row_layout.h"

#include <gtest/gtest.h>

namespace pinpoint::patching {
namespace {

// Two samples, three layers, two heads: 2 null rows, then 4 rows per layer; 14 rows in tiles of 4.
constexpr RowLayout layout{.samples = 2, .layers = 3, .heads = 2, .tile_rows = 4, .null_rows = 2};

TEST(RowLayout, ListsNullRowsThenLayersInOrderOfJoining) {
  EXPECT_EQ(layout.rows(), 14);
  EXPECT_EQ(layout.joined(RowLayout::null_layer), 2);
  EXPECT_EQ(layout.joined(0), 6);
  EXPECT_EQ(layout.joined(1), 10);
}

TEST(RowLayout, OrdersTheRowsOfALayerBySampleAndHead) {
  EXPECT_EQ(layout.place(1), (RowLayout::Place{.sample = 1, .layer = RowLayout::null_layer, .head = 0}));
  std::int64_t row = 2;
  for (std::int64_t layer = 0; layer < 3; ++layer)
    for (std::int64_t sample = 0; sample < 2; ++sample)
      for (std::int64_t head = 0; head < 2; ++head)
        EXPECT_EQ(layout.place(row++), (RowLayout::Place{.sample = sample, .layer = layer, .head = head}));
}

TEST(RowLayout, CutsTheListIntoTilesWhateverTheLayer) {
  EXPECT_EQ(layout.tiles(), 4);
  EXPECT_EQ(layout.tile(3), (parallel::Range{12, 14}));
  EXPECT_EQ(layout.first_layer(0), RowLayout::null_layer);
  EXPECT_EQ(layout.first_layer(1), 0);
  EXPECT_EQ(layout.first_layer(2), 1);
  EXPECT_EQ(layout.first_layer(3), 2);
}

TEST(RowLayout, KnowsWhichRowsOfATileJoin) {
  EXPECT_EQ(layout.joining(0, 0), (parallel::Range{2, 4}));  // after two null rows
  EXPECT_EQ(layout.joining(1, 0), (parallel::Range{4, 6}));
  EXPECT_EQ(layout.joining(1, 1), (parallel::Range{6, 8}));
  EXPECT_EQ(layout.joining(0, 1).size(), 0);  // all have joined
  EXPECT_EQ(layout.joining(3, 0).size(), 0);  // none has yet
}

TEST(RowLayout, OfDifferencesHoldsNoNullRows) {
  constexpr RowLayout differences{.samples = 2, .layers = 3, .heads = 2, .tile_rows = 4, .null_rows = 0};
  EXPECT_EQ(differences.rows(), 12);
  EXPECT_EQ(differences.place(0), (RowLayout::Place{.sample = 0, .layer = 0, .head = 0}));
  EXPECT_EQ(differences.place(11), (RowLayout::Place{.sample = 1, .layer = 2, .head = 1}));
  EXPECT_EQ(differences.first_layer(0), 0);
}

}  // namespace
}  // namespace pinpoint::patching
