#include "model/weights/sharded_store.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>

#include <algorithm>

#include "system/base/check.h"
#include "system/device/upload.h"
#include "system/parallel/collectives.h"

namespace pinpoint::weights {
namespace {

at::TensorOptions tensor_options(const StoreOptions& options) {
  return at::TensorOptions()
      .dtype(options.dtype == transformer::DType::bf16 ? at::kBFloat16 : at::kFloat)
      .device(options.device);
}

std::string stored(std::string_view name) { return std::string(name) + ".weight"; }

}  // namespace

ShardedStore::ShardedStore(const transformer::ModelConfig& config, TensorSource& source, const StoreOptions& options,
                           parallel::Communicator group, const std::function<void(std::int64_t)>& on_layer)
    : config_(config), group_(std::move(group)), options_(tensor_options(options)), rest_(options.rest),
      layout_(config, options_.dtype().toScalarType()), source_(std::make_unique<CountingSource>(source)),
      slice_bytes_(even_slice(layout_.bytes(), group_.size())) {
  PINPOINT_EXPECT(rest_ != parallel::WeightsRest::automatic);
  const transformer::TensorNames& names = transformer::family_of(config_.architecture).names;
  const auto table = [&](std::string_view name) {
    return std::make_unique<VocabularyTable>(*source_, stored(name), config_, options_, rest_, group_);
  };
  embedding_ = table(names.embedding);
  read_layers(on_layer);
  final_norm_ = source_->read(stored(names.final_norm), {config_.width}).to(options_.device(), at::kFloat, false, true);
  if (!config_.tied_embeddings) unembedding_ = table(names.unembedding);
}

void ShardedStore::read_layers(const std::function<void(std::int64_t)>& on_layer) {
  const c10::Device device = options_.device();
  const bool rests_on_device =
      rest_ == parallel::WeightsRest::device || (rest_ == parallel::WeightsRest::host && device.is_cpu());
  const bool is_whole = rests_on_device && group_.size() == 1;
  const auto read = [this](std::int64_t layer, at::Tensor& slice) {
    layout_.read(*source_, layer, this->slice(), slice);
  };
  if (rest_ == parallel::WeightsRest::disk) {
    for (std::int64_t layer = 0; layer < config_.layers; ++layer) layout_.check(*source_, layer);
    layers_ = std::make_unique<SliceFetcher>(group_, device, slice_bytes_, std::make_unique<DiskShelf>(read));
    return;
  }
  for (std::int64_t layer = 0; layer < config_.layers; ++layer) {
    at::Tensor slice =
        rests_on_device ? at::empty({slice_bytes_}, at::kByte) : device::pinned_empty(slice_bytes_, device);
    read(layer, slice);
    if (rests_on_device) slice = slice.to(device);
    slices_.push_back(slice);
    if (is_whole) whole_layers_.push_back(std::make_shared<transformer::LayerWeights>(layout_.view(slice)));
    resting_bytes_ += slice_bytes_;
    if (on_layer) on_layer(layer + 1);
  }
  if (!is_whole)
    layers_ = std::make_unique<SliceFetcher>(group_, device, slice_bytes_, std::make_unique<MemoryShelf>(slices_));
}

transformer::Lease<transformer::LayerWeights> ShardedStore::lease_layer(std::int64_t layer) {
  PINPOINT_EXPECT(0 <= layer && layer < config_.layers);
  if (!layers_) return whole_layers_[static_cast<std::size_t>(layer)];
  struct Leased {
    transformer::Lease<at::Tensor> bytes;
    transformer::LayerWeights weights;
  };
  const transformer::Lease<at::Tensor> bytes = layers_->lease(layer);
  const auto leased = std::make_shared<Leased>(Leased{bytes, layout_.view(*bytes)});
  return {leased, &leased->weights};
}

void ShardedStore::prefetch_layer(std::int64_t layer) {
  PINPOINT_EXPECT(0 <= layer && layer < config_.layers);
  if (layers_) layers_->prefetch(layer);
}

void ShardedStore::make_progress() {
  if (layers_) layers_->make_progress();
  embedding_->make_progress();
  if (unembedding_) unembedding_->make_progress();
}

at::Tensor ShardedStore::embedding_rows(const at::Tensor& ids) { return embedding_->rows(ids); }

transformer::Lease<at::Tensor> ShardedStore::lease_unembedding(std::int64_t first,
                                                               [[maybe_unused]] std::int64_t count) {
  transformer::Lease<at::Tensor> tile = (unembedding_ ? *unembedding_ : *embedding_).lease_tile(first);
  PINPOINT_EXPECT(tile->size(0) == count);
  return tile;
}

parallel::Range ShardedStore::own_norm() const {
  const std::int64_t share = (config_.width + group_.size() - 1) / group_.size();
  return {std::min(config_.width, group_.rank() * share), std::min(config_.width, (group_.rank() + 1) * share)};
}

std::vector<WeightUnit> ShardedStore::units() const {
  using Kind = WeightUnit::Kind;
  std::vector<WeightUnit> units;
  const auto add_table = [&](Kind kind, const VocabularyTable& table) {
    for (std::int64_t tile = 0; tile < table.tiles(); ++tile) {
      const std::int64_t first = tile * transformer::vocabulary_tile,
                         rows = std::min(transformer::vocabulary_tile, config_.vocabulary - first);
      const parallel::Range own = table.own_rows_of(tile);
      units.push_back({kind,
                       tile,
                       first * config_.width,
                       rows * config_.width,
                       {own.begin * config_.width, own.end * config_.width}});
    }
  };
  add_table(Kind::embedding_tile, *embedding_);
  for (std::int64_t layer = 0; layer < config_.layers; ++layer)
    units.push_back({Kind::layer, layer, 0, layout_.elements(), layout_.elements_in(slice())});
  units.push_back({Kind::final_norm, 0, 0, config_.width, own_norm()});
  if (unembedding_) add_table(Kind::unembedding_tile, *unembedding_);
  return units;
}

std::vector<at::Tensor> ShardedStore::resting_pieces(const WeightUnit& unit) const {
  PINPOINT_EXPECT(rest_ != parallel::WeightsRest::disk);
  switch (unit.kind) {
    case WeightUnit::Kind::embedding_tile: return {embedding_->resting_rows(unit.number).view(-1)};
    case WeightUnit::Kind::layer: return layout_.pieces(slices_[static_cast<std::size_t>(unit.number)], slice());
    case WeightUnit::Kind::final_norm: return {final_norm_.narrow(0, unit.own.begin, unit.own.size())};
    case WeightUnit::Kind::unembedding_tile: break;
  }
  return {unembedding_->resting_rows(unit.number).view(-1)};
}

at::Tensor ShardedStore::own_values(const WeightUnit& unit) const {
  std::vector<at::Tensor> pieces;
  for (const at::Tensor& piece : resting_pieces(unit)) pieces.push_back(piece.to(options_.device(), at::kFloat));
  return pieces.empty() ? at::empty({0}, options_.dtype(at::kFloat)) : at::cat(pieces);
}

void ShardedStore::set_own_values(const WeightUnit& unit, const at::Tensor& values) {
  std::int64_t begin = 0;
  for (const at::Tensor& piece : resting_pieces(unit)) {
    piece.copy_(values.narrow(0, begin, piece.numel()));
    begin += piece.numel();
  }
  PINPOINT_EXPECT(begin == values.numel());
}

void ShardedStore::end_changes() {
  if (layers_) layers_->forget();
  embedding_->forget();
  if (unembedding_) unembedding_->forget();
  final_norm_ = parallel::all_gather(group_, final_norm_.narrow(0, own_norm().begin, own_norm().size()).contiguous());
}

StoreMemory ShardedStore::memory() const {
  StoreMemory memory{.resting = resting_bytes_ + static_cast<std::int64_t>(final_norm_.nbytes())};
  const auto add = [&](const SliceFetcher* fetcher) {
    if (!fetcher) return;
    memory.gathered += fetcher->whole_bytes();
    memory.passing += fetcher->passing_bytes();
  };
  add(layers_.get());
  for (const VocabularyTable* table : {embedding_.get(), unembedding_.get()})
    if (table) {
      memory.resting += table->resting_bytes();
      add(table->fetcher());
    }
  return memory;
}

StoreTraffic ShardedStore::traffic() const {
  StoreTraffic traffic{.read = source_->bytes()};
  const auto add = [&](const SliceFetcher* fetcher) {
    if (!fetcher) return;
    traffic.received += fetcher->counts().received;
    traffic.waited += fetcher->counts().waited;
  };
  add(layers_.get());
  for (const VocabularyTable* table : {embedding_.get(), unembedding_.get()})
    if (table) add(table->fetcher());
  return traffic;
}

}  // namespace pinpoint::weights
