/// \file
/// The order of a sample set's rows, and their tiles: index arithmetic without tensors (docs/method.md, 2.4).
#pragma once

#include <algorithm>
#include <cstdint>

#include "system/parallel/partition.h"

namespace pinpoint::patching {

/// A set's rows in one list, in order of joining: the null row of every sample if rows are whole, then per layer
/// (sample, head). Tile t is always rows t*M .. t*M+M-1 of the list; its unfilled part is padded. So the shape of a
/// product and a row's place in it depend only on model, configuration and set.
struct RowLayout {
  std::int64_t samples = 0;
  std::int64_t layers = 0;
  std::int64_t heads = 0;
  std::int64_t tile_rows = 0;  ///< M
  std::int64_t null_rows = 0;  ///< as many as samples, or 0

  static constexpr std::int64_t null_layer = -1;

  /// A sample's null row (layer null_layer, head 0), or its row with one head patched.
  struct Place {
    std::int64_t sample = 0;
    std::int64_t layer = null_layer;
    std::int64_t head = 0;
    bool operator==(const Place&) const = default;
  };

  std::int64_t rows() const { return joined(layers - 1); }
  /// Rows in the list once those of `layer` have joined; for null_layer only the null rows.
  std::int64_t joined(std::int64_t layer) const { return null_rows + samples * heads * (layer + 1); }
  Place place(std::int64_t row) const {
    if (row < null_rows) return {.sample = row, .layer = null_layer, .head = 0};
    const std::int64_t patched = row - null_rows;
    return {.sample = patched / heads % samples, .layer = patched / (heads * samples), .head = patched % heads};
  }

  std::int64_t tiles() const { return (rows() + tile_rows - 1) / tile_rows; }
  /// Rows of tile t, without its padding.
  parallel::Range tile(std::int64_t t) const {
    const std::int64_t end = (t + 1) * tile_rows;
    return {t * tile_rows, end < rows() ? end : rows()};
  }
  /// Rows of tile t that join at `layer`.
  parallel::Range joining(std::int64_t t, std::int64_t layer) const {
    const parallel::Range rows = tile(t);
    const std::int64_t begin = std::clamp(joined(layer - 1), rows.begin, rows.end);
    return {begin, std::clamp(joined(layer), begin, rows.end)};
  }
  /// The layer at which the first row of tile t joins; null_layer for a null row.
  std::int64_t first_layer(std::int64_t t) const { return place(t * tile_rows).layer; }
};

}  // namespace pinpoint::patching
