#include "study/tuning/schedule.h"

#include <cmath>
#include <numbers>

#include "system/base/check.h"

namespace pinpoint::tuning {
namespace {

/// Rounds up, but a product like 0.02 * 150 that misses a whole number only by rounding counts as that number.
constexpr double rounding = 1e-9;

}  // namespace

std::int64_t number_of_steps(const TuneOptions& options, std::int64_t dialogues) {
  if (options.steps) return *options.steps;
  const double steps =
      std::floor(options.epochs * static_cast<double>(dialogues) / static_cast<double>(options.batch) + rounding);
  validate(steps >= 1,
           "tune.epochs: {} epochs of {} dialogues are not one batch of {}; raise tune.epochs, lower tune.batch, or "
           "give tune.steps",
           options.epochs, dialogues, options.batch);
  return static_cast<std::int64_t>(steps);
}

double learning_rate(const TuneOptions& options, std::int64_t t, std::int64_t steps) {
  PINPOINT_EXPECT(0 <= t && t < steps);
  const auto warmup =
      static_cast<std::int64_t>(std::ceil(options.warmup_ratio * static_cast<double>(steps) - rounding));
  if (t < warmup) return options.max_lr * static_cast<double>(t + 1) / static_cast<double>(warmup);
  const double done = static_cast<double>(t - warmup) / static_cast<double>(steps - warmup);
  return options.min_lr + 0.5 * (options.max_lr - options.min_lr) * (1 + std::cos(std::numbers::pi * done));
}

}  // namespace pinpoint::tuning
