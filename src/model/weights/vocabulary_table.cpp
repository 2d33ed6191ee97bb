#include "model/weights/vocabulary_table.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "model/weights/layer_layout.h"
#include "system/base/check.h"
#include "system/parallel/collectives.h"

namespace pinpoint::weights {
namespace {

/// Rows of an even share of a tile, rounded up to whole units of a gather, so that slices join without a gap.
std::int64_t share_of(std::int64_t tile_rows, std::int64_t ranks, std::int64_t row_bytes) {
  const std::int64_t unit = slice_alignment / std::gcd(slice_alignment, row_bytes);
  const std::int64_t rows = (tile_rows + ranks - 1) / ranks;
  return (rows + unit - 1) / unit * unit;
}

std::vector<std::int64_t> sorted_distinct(const at::Tensor& ids) {
  const std::int64_t* first = ids.data_ptr<std::int64_t>();
  std::vector<std::int64_t> distinct(first, first + ids.numel());
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  return distinct;
}

}  // namespace

VocabularyTable::VocabularyTable(CountingSource& source, std::string name, const transformer::ModelConfig& config,
                                 const at::TensorOptions& options, parallel::WeightsRest rest,
                                 const parallel::Communicator& group)
    : source_(source), name_(std::move(name)), vocabulary_(config.vocabulary), width_(config.width), options_(options),
      group_(group), on_disk_(rest == parallel::WeightsRest::disk) {
  const c10::Device device = options.device();
  const auto row_bytes = width_ * static_cast<std::int64_t>(options.dtype().itemsize());
  share_rows_ = share_of(std::min(vocabulary_, transformer::vocabulary_tile), group_.size(), row_bytes);
  const bool rests_on_device = !on_disk_ && (device.is_cpu() || rest == parallel::WeightsRest::device);
  if (rests_on_device && group_.size() == 1) {
    at::Tensor rows = at::empty({vocabulary_, width_}, options_.device(c10::kCPU));
    read(0, rows);
    whole_ = rows.to(device);
    resting_bytes_ = static_cast<std::int64_t>(whole_.nbytes());
    return;
  }
  share_bytes_ = share_rows_ * row_bytes;
  if (on_disk_) return;
  for (std::int64_t tile = 0; tile < tiles(); ++tile) {
    at::Tensor share = device::pinned_empty(share_bytes_, device);
    read_share(tile, share);
    shares_.push_back(rests_on_device ? share.to(device) : share);
  }
  resting_bytes_ = tiles() * share_bytes_;
}

std::unique_ptr<Shelf> VocabularyTable::shelf() {
  if (!on_disk_) return std::make_unique<MemoryShelf>(shares_);
  return std::make_unique<DiskShelf>([this](std::int64_t tile, at::Tensor& slice) { read_share(tile, slice); });
}

void VocabularyTable::read(std::int64_t first, const at::Tensor& destination) const {
  const std::int64_t end = std::min(vocabulary_, first + destination.size(0));
  source_.read_range(
      name_, {vocabulary_, width_}, {first * width_, std::max(first, end) * width_},
      [&](std::int64_t at, const at::Tensor& elements) { copy_elements(elements, destination, at - first * width_); });
}

void VocabularyTable::read_share(std::int64_t tile, at::Tensor& slice) const {
  const std::int64_t within = group_.rank() * share_rows_;
  slice.zero_();
  const std::int64_t rows = std::clamp<std::int64_t>(transformer::vocabulary_tile - within, 0, share_rows_);
  if (rows > 0)
    read(tile * transformer::vocabulary_tile + within,
         slice.view(options_.dtype().toScalarType()).view({-1, width_}).narrow(0, 0, rows));
}

at::Tensor VocabularyTable::own_rows(const std::vector<std::int64_t>& ids) const {
  at::Tensor rows = at::empty({static_cast<std::int64_t>(ids.size()), width_}, options_.device(c10::kCPU));
  const at::ScalarType type = rows.scalar_type();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto place = static_cast<std::int64_t>(i);
    if (on_disk_) {
      read(ids[i], rows.narrow(0, place, 1));
    } else {
      const at::Tensor share =
          shares_[static_cast<std::size_t>(ids[i] / transformer::vocabulary_tile)].view(type).view({-1, width_});
      rows[place].copy_(share[ids[i] % transformer::vocabulary_tile % share_rows_]);
    }
  }
  return rows;
}

at::Tensor VocabularyTable::rows(const at::Tensor& ids) {
  if (whole_.defined()) return whole_.index_select(0, ids.to(options_.device()));

  // Every rank contributes its own rows among all that the group asks for, each row once.
  std::vector<std::int64_t> wanted = sorted_distinct(parallel::all_gather(group_, ids));
  std::stable_sort(wanted.begin(), wanted.end(), [&](auto a, auto b) { return owner(a) < owner(b); });
  std::unordered_map<std::int64_t, std::int64_t> place;
  std::vector<std::int64_t> mine;
  for (const std::int64_t id : wanted) {
    place.emplace(id, static_cast<std::int64_t>(place.size()));
    if (owner(id) == group_.rank()) mine.push_back(id);
  }
  const at::Tensor table = parallel::all_gather(group_, own_rows(mine));  // [wanted, d]
  at::Tensor places = at::empty_like(ids);
  for (std::int64_t i = 0; i < ids.numel(); ++i)
    places.data_ptr<std::int64_t>()[i] = place.at(ids.data_ptr<std::int64_t>()[i]);
  return table.index_select(0, places).to(options_.device());
}

transformer::Lease<at::Tensor> VocabularyTable::lease_tile(std::int64_t first) {
  PINPOINT_EXPECT(first % transformer::vocabulary_tile == 0 && first < vocabulary_);
  const std::int64_t count = std::min(transformer::vocabulary_tile, vocabulary_ - first),
                     tile = first / transformer::vocabulary_tile;
  if (whole_.defined()) return std::make_shared<at::Tensor>(whole_.narrow(0, first, count));
  if (!tiles_) tiles_ = std::make_unique<SliceFetcher>(group_, options_.device(), share_bytes_, shelf());
  const transformer::Lease<at::Tensor> bytes = tiles_->lease(tile);
  if (tile + 1 < tiles()) tiles_->prefetch(tile + 1);
  struct Leased {
    transformer::Lease<at::Tensor> bytes;
    at::Tensor rows;
  };
  const auto leased = std::make_shared<Leased>(
      Leased{bytes, bytes->view(options_.dtype().toScalarType()).view({-1, width_}).narrow(0, 0, count)});
  return {leased, &leased->rows};
}

parallel::Range VocabularyTable::own_rows_of(std::int64_t tile) const {
  const std::int64_t rows = std::min(transformer::vocabulary_tile, vocabulary_ - tile * transformer::vocabulary_tile);
  const auto place = [&](std::int64_t rank) { return std::min(rows, rank * share_rows_); };
  return {place(group_.rank()), place(group_.rank() + 1)};
}

at::Tensor VocabularyTable::resting_rows(std::int64_t tile) const {
  PINPOINT_EXPECT(!on_disk_);
  const std::int64_t count = own_rows_of(tile).size();
  if (whole_.defined()) return whole_.narrow(0, tile * transformer::vocabulary_tile, count);
  return shares_[static_cast<std::size_t>(tile)]
      .view(options_.dtype().toScalarType())
      .view({-1, width_})
      .narrow(0, 0, count);
}

void VocabularyTable::forget() {
  if (tiles_) tiles_->forget();
}

void VocabularyTable::make_progress() {
  if (tiles_) tiles_->make_progress();
}

}  // namespace pinpoint::weights
