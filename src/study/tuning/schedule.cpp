#include "study/tuning/schedule.h"

#include <cmath>
#include <numbers>

#include "system/base/check.h"

namespace pinpoint::tuning {
namespace {

/// Rounds up, but a product like 0.02 * 150 that misses a whole number only by rounding counts as that number.
constexpr double rounding = 1e-9;

/// So that a double counts them exactly.
constexpr double most_visits = 1e15;

void require_countable(const TuneOptions& options, double steps) {
  validate(steps * static_cast<double>(options.batch) <= most_visits,
           "tune.{}: {:g} steps of {} dialogues are more than {:g} dialogues; lower it",
           options.steps ? "steps" : "epochs", steps, options.batch, most_visits);
}

}  // namespace

std::int64_t number_of_steps(const TuneOptions& options, std::int64_t dialogues) {
  if (options.steps) {
    require_countable(options, static_cast<double>(*options.steps));
    return *options.steps;
  }
  const double steps =
      std::floor(options.epochs * static_cast<double>(dialogues) / static_cast<double>(options.batch) + rounding);
  require_countable(options, steps);
  validate(steps >= 1,
           "tune.epochs: {} epochs of {} dialogues are not one batch of {}; raise tune.epochs, lower tune.batch, or "
           "give tune.steps",
           options.epochs, dialogues, options.batch);
  return static_cast<std::int64_t>(steps);
}

std::int64_t visits_left_out(const TuneOptions& options, std::int64_t dialogues) {
  if (options.steps) return 0;
  const auto wanted = static_cast<std::int64_t>(std::floor(options.epochs * static_cast<double>(dialogues) + rounding));
  return wanted - number_of_steps(options, dialogues) * options.batch;
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
