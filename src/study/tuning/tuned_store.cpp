#include "study/tuning/tuned_store.h"

#include <utility>

namespace pinpoint::tuning {
namespace {

using transformer::LayerWeights;
using transformer::Lease;

/// Keeps the frozen layer's lease as long as the patched layer, which shares its tensors.
struct PatchedLayer {
  Lease<LayerWeights> frozen;
  LayerWeights weights;
};

}  // namespace

Lease<LayerWeights> TunedStore::lease_layer(std::int64_t layer) {
  Lease<LayerWeights> frozen = frozen_.lease_layer(layer);
  std::shared_ptr<PatchedLayer> patched;
  for (std::size_t i = 0; i < slices_.size(); ++i) {
    if (slices_[i].layer != layer) continue;
    if (!patched) patched = std::make_shared<PatchedLayer>(PatchedLayer{frozen, *frozen});
    patch(patched->weights, config(), slices_[i], values_[i]);
  }
  if (!patched) return frozen;
  return {patched, &patched->weights};
}

Tensors initial_values(transformer::WeightStore& frozen, const std::vector<Slice>& slices) {
  Tensors values;
  Lease<LayerWeights> lease;
  std::int64_t leased = -1;
  for (const Slice& slice : slices) {
    if (slice.layer != leased) lease = frozen.lease_layer(leased = slice.layer);
    values.push_back(cut(*lease, frozen.config(), slice));
  }
  return values;
}

}  // namespace pinpoint::tuning
