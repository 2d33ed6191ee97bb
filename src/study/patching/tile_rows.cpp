#include "study/patching/tile_rows.h"

#include <ATen/ops/tensor.h>

#include <algorithm>

namespace pinpoint::patching {

using transformer::Work;

TileRows::TileRows(const RowLayout& layout, std::int64_t tile)
    : layout_(layout), tile_(tile), range_(layout.tile(tile)) {
  std::vector<std::int64_t> samples(static_cast<std::size_t>(layout.tile_rows), 0);
  for (std::int64_t row = range_.begin; row < range_.end; ++row)
    samples[static_cast<std::size_t>(row - range_.begin)] = layout.place(row).sample;
  samples_ = at::tensor(samples);
}

std::int64_t TileRows::null_count() const {
  return std::max<std::int64_t>(0, std::min(range_.end, layout_.null_rows) - range_.begin);
}

std::int64_t TileRows::join(std::int64_t layer, const std::vector<bool>& differs) {
  std::int64_t count = 0;
  const parallel::Range rows = joining(layer);
  for (std::int64_t row = rows.begin; row < rows.end; ++row)
    count += differs[static_cast<std::size_t>(row - layout_.joined(layer - 1))];
  live_ += count;
  return count;
}

const at::Tensor& TileRows::samples(c10::Device device) {
  if (samples_.device() != device) samples_ = samples_.to(device);
  return samples_;
}

at::Tensor TileRows::joining_heads(std::int64_t layer, c10::Device device) const {
  const parallel::Range rows = joining(layer);
  std::vector<std::int64_t> heads;
  for (std::int64_t row = rows.begin; row < rows.end; ++row) heads.push_back(layout_.place(row).head);
  return at::tensor(heads, at::kLong).to(device);
}

transformer::Tally TileRows::tally(transformer::Operations& operations, Work patched, Work null) const {
  return {&operations,
          {{patched, live_}, {null, null_count()}, {Work::padding, layout_.tile_rows - live_ - null_count()}}};
}

}  // namespace pinpoint::patching
