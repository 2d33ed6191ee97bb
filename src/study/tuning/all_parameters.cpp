#include "study/tuning/all_parameters.h"

#include <cmath>

namespace pinpoint::tuning {

AllParameters::AllParameters(weights::ShardedStore& store, const parallel::ShardGroup& group)
    : store_(store), units_(store.units()), gradients_(store.config(), units_, store.options(), group) {
  Tensors values;
  for (const weights::WeightUnit& unit : units_) values.push_back(store_.own_values(unit));
  start_from(std::move(values));
}

bool AllParameters::gradients_are_finite() const {
  return !gradients_.are_own() || std::isfinite(squared_norm(gradients_.sums()));
}

void AllParameters::publish() {
  for (std::size_t i = 0; i < units_.size(); ++i) store_.set_own_values(units_[i], values()[i]);
  store_.end_changes();
}

}  // namespace pinpoint::tuning
