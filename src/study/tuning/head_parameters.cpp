#include "study/tuning/head_parameters.h"

#include <cmath>
#include <utility>

#include "system/parallel/collectives.h"

namespace pinpoint::tuning {

HeadParameters::HeadParameters(transformer::WeightStore& frozen, std::vector<Slice> slices,
                               parallel::Communicator world)
    : world_(std::move(world)), slices_(std::move(slices)), store_(frozen, slices_, values()),
      gradients_(frozen.config(), slices_) {
  start_from(initial_values(frozen, slices_));
  gradients_.start(values());
}

bool HeadParameters::gradients_are_finite() const { return std::isfinite(squared_norm(gradients_.sums())); }

double HeadParameters::sum_gradients() {
  for (at::Tensor& sum : gradients_.sums()) parallel::sum_in_order(world_, sum);
  return parallel::of_root(world_, squared_norm(gradients_.sums()));
}

}  // namespace pinpoint::tuning
