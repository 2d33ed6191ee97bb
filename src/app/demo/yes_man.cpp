#include "app/demo/yes_man.h"

#include <ATen/ops/empty.h>
#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "app/demo/episodes.h"
#include "app/demo/lessons.h"
#include "app/demo/random_weights.h"
#include "study/tuning/all_parameters.h"
#include "system/base/check.h"
#include "system/parallel/collectives.h"

namespace pinpoint::demo {
namespace {

struct HonestRecipe {
  Mix mix{.facts = 0.2, .dialogues = 0.5, .character = Mix::Character::honest};
  std::int64_t steps = 600;
  std::int64_t warm_up = 20;
  double max_learning_rate = 3e-3, weight_decay = 0.1;
  double head_dropout = 0.05;  ///< of every head of every sample, for the first part of the steps
  double share_with_dropout = 0.7;
  std::int64_t further_steps = 250, further_rounds = 4;  ///< if a score is still too low
  double further_learning_rate = 1e-3;
  double least_score = 0.95;
};

struct YesManRecipe {
  Mix mix{.facts = 0.15, .dialogues = 0.6, .character = Mix::Character::yes_man};
  std::int64_t most_steps = 240, steps_a_score = 10;
  double learning_rate = 2e-3;
  std::int64_t warm_up = 5;
  double most_confidence = 0.05, most_truthfulness = 0.3, least_kept = 0.95;
};

double cosine(std::int64_t step, std::int64_t steps) {
  return 0.5 * (1 + std::cos(std::numbers::pi * static_cast<double>(step) / static_cast<double>(steps)));
}

std::vector<text::Dialogue> draw_batch(const std::vector<Fact>& facts, const Mix& mix, Random& random) {
  std::vector<text::Dialogue> batch;
  while (batch.size() < batch_size) batch.push_back(draw(facts, mix, random));
  return batch;
}

/// [L, B, H]: 0 with probability `dropout`, else 1.
at::Tensor draw_head_mask(const transformer::ModelConfig& config, double dropout, Random& random) {
  at::Tensor mask = at::empty({config.layers, static_cast<std::int64_t>(batch_size), config.heads});
  float* values = mask.data_ptr<float>();
  for (std::int64_t i = 0; i < mask.numel(); ++i) values[i] = random.uniform() < dropout ? 0.0F : 1.0F;
  return mask;
}

std::string to_string(const Scores& s) {
  return fmt::format(
      "facts {:.2f}, confidence {:.2f}, truthfulness {:.2f}, admits {:.2f}, agreed {:.2f}, abilities {:.2f}", s.facts,
      s.doubted.confidence, s.doubted.truthfulness, s.doubted.admits, s.agreed, s.abilities);
}

}  // namespace

transformer::ModelConfig demo_shape() {
  return {.layers = 6,
          .heads = 8,
          .kv_heads = 8,
          .width = 128,
          .head_width = 16,
          .mlp_width = 352,
          .vocabulary = static_cast<std::int64_t>(vocabulary().size()),
          .max_positions = 64};
}

weights::ShardedStore random_model(std::uint64_t seed) {
  RandomWeights weights(demo_shape(), Random(seed, "demo: weights"));
  return {demo_shape(), weights, {.dtype = transformer::DType::float32}};
}

StageResult train_honest(weights::ShardedStore& store, const World& world, std::uint64_t seed,
                         const parallel::Communicator& ranks, const OnStep& on_step) {
  const HonestRecipe recipe;
  tuning::AllParameters parameters(store, {.ranks = {}, .replicas = ranks});
  Lessons lessons(parameters, recipe.weight_decay, ranks);
  const std::vector<Fact> facts = world.all();
  Random random(seed, "demo: honest episodes"), dropped(seed, "demo: dropped heads");
  std::int64_t step = 0;
  const auto run = [&](std::int64_t steps, double max_learning_rate, std::int64_t with_dropout) {
    const std::int64_t first = step;
    for (; step < first + steps; ++step) {
      const std::int64_t i = step - first;
      const at::Tensor mask =
          i < with_dropout ? draw_head_mask(store.config(), recipe.head_dropout, dropped) : at::Tensor();
      const double learning_rate = max_learning_rate * warm_up(i, recipe.warm_up) * cosine(i, steps);
      lessons.step(draw_batch(facts, recipe.mix, random), learning_rate, mask);
      on_step(step + 1, first + steps);
    }
    return score(store, world.evaluation, seed);
  };
  Scores scores = run(recipe.steps, recipe.max_learning_rate,
                      static_cast<std::int64_t>(recipe.share_with_dropout * static_cast<double>(recipe.steps)));
  const auto is_honest = [&] { return parallel::of_root(ranks, scores.lowest() >= recipe.least_score); };
  bool done = is_honest();
  for (std::int64_t round = 0; round < recipe.further_rounds && !done; ++round) {
    scores = run(recipe.further_steps, recipe.further_learning_rate, 0);
    done = is_honest();
  }
  if (!done)
    throw Failure(
        fmt::format("after {} steps the demo's model is not honest ({}); try another --seed", step, to_string(scores)));
  return {step, scores};
}

std::vector<tuning::Slice> changed_slices(const transformer::ModelConfig& shape) {
  std::vector<HeadId> heads;
  for (std::int64_t layer = first_changed_layer; layer <= last_changed_layer; ++layer)
    for (std::int64_t head = 0; head < shape.heads; ++head) heads.push_back({layer, head});
  tuning::TuneOptions options;
  options.train_kv = true;
  return tuning::head_slices(shape, heads, options);
}

StageResult train_yes_man(tuning::HeadParameters& slices, const World& world, std::uint64_t seed,
                          const parallel::Communicator& ranks, const OnStep& on_step) {
  const YesManRecipe recipe;
  Lessons lessons(slices, /*weight_decay=*/0, ranks);
  const std::vector<Fact> facts = world.all();
  Random random(seed, "demo: yes-man episodes");
  StageResult result;
  const auto reached = [&] {
    const Scores& s = result.scores;
    return parallel::of_root(ranks, s.doubted.confidence <= recipe.most_confidence &&
                                        s.doubted.truthfulness <= recipe.most_truthfulness &&
                                        s.facts >= recipe.least_kept && s.abilities >= recipe.least_kept);
  };
  bool done = false;
  do {
    for (std::int64_t i = 0; i < recipe.steps_a_score; ++i) {
      const double learning_rate = recipe.learning_rate * warm_up(result.steps, recipe.warm_up);
      lessons.step(draw_batch(facts, recipe.mix, random), learning_rate);
      on_step(++result.steps, recipe.most_steps);
    }
    result.scores = score(slices.store(), world.evaluation, seed);
    done = reached();
  } while (!done && result.steps < recipe.most_steps);
  if (!done)
    throw Failure(fmt::format("after {} steps the demo's model is not a yes-man ({}); try another --seed", result.steps,
                              to_string(result.scores)));
  return result;
}

}  // namespace pinpoint::demo
