#include "study/tuning/parameters.h"

#include <cmath>

#include "system/base/check.h"

namespace pinpoint::tuning {

void Parameters::start_from(Tensors values) {
  values_ = std::move(values);
  moments_ = initial_state(values_);
}

void Parameters::update(double norm, double learning_rate, const TuneOptions& options) {
  if (options.clip_norm) clip(sums(), norm, *options.clip_norm);
  tuning::update(values_, sums(), moments_, learning_rate, options);
  publish();
}

bool Parameters::values_are_finite() const { return std::isfinite(squared_norm(values_)); }

void Parameters::restore(const Tensors& values, const AdamWState& moments) {
  PINPOINT_EXPECT(values.size() == values_.size() && moments.exp_avg.size() == values_.size());
  for (std::size_t i = 0; i < values_.size(); ++i) {
    values_[i].copy_(values[i]);
    moments_.exp_avg[i].copy_(moments.exp_avg[i]);
    moments_.exp_avg_sq[i].copy_(moments.exp_avg_sq[i]);
  }
  moments_.step = moments.step;
  publish();
}

}  // namespace pinpoint::tuning
