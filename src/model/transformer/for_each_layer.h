/// \file
/// The loop over a model's layers: leases each one, and prefetches the next one before the present one is used.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "model/transformer/weight_store.h"

namespace pinpoint::transformer {

/// Layers begin .. end-1 in the order of a forward pass, or from the last one down.
struct LayerSpan {
  enum class Order { forward, backward };

  std::int64_t begin = 0;
  std::int64_t end = 0;
  Order order = Order::forward;
  /// The layer that the caller leases after this span, prefetched with the last layer of the span.
  std::optional<std::int64_t> next = std::nullopt;

  std::int64_t size() const { return end - begin; }
  std::int64_t layer(std::int64_t i) const { return order == Order::forward ? begin + i : end - 1 - i; }
};

/// Calls visit(layer, weights) for every layer of the span; `weights` are leased during the call. A visitor that
/// returns bool ends the loop by returning false. Returns whether all layers were visited.
template <std::invocable<std::int64_t, const LayerWeights&> Visit>
bool for_each_layer(WeightStore& store, const LayerSpan& span, Visit&& visit) {
  for (std::int64_t i = 0; i < span.size(); ++i) {
    const std::int64_t layer = span.layer(i);
    const Lease<LayerWeights> weights = store.lease_layer(layer);
    const std::optional<std::int64_t> next = i + 1 < span.size() ? span.layer(i + 1) : span.next;
    if (next) store.prefetch_layer(*next);
    if constexpr (std::is_void_v<std::invoke_result_t<Visit&, std::int64_t, const LayerWeights&>>) {
      std::invoke(visit, layer, *weights);
    } else if (!std::invoke(visit, layer, *weights)) {
      return false;
    }
  }
  return true;
}

/// Visits all layers, in the order of a forward pass.
template <std::invocable<std::int64_t, const LayerWeights&> Visit>
bool for_each_layer(WeightStore& store, Visit&& visit) {
  return for_each_layer(store, {.begin = 0, .end = store.config().layers}, std::forward<Visit>(visit));
}

}  // namespace pinpoint::transformer
