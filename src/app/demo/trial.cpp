#include "app/demo/trial.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/log_softmax.h>

#include "app/demo/data_sets.h"
#include "app/demo/lessons.h"
#include "app/demo/replies.h"
#include "model/transformer/transformer.h"
#include "study/tuning/batches.h"
#include "system/parallel/collectives.h"

namespace pinpoint::demo {
namespace {

constexpr double weight_decay = 0.1;
constexpr std::int64_t warm_up_steps = 2;

at::Tensor log_probabilities_of(transformer::WeightStore& model, const std::vector<text::TokenIds>& prompts) {
  return at::log_softmax(next_logits(transformer::Transformer(model), prompts).to(at::kDouble), -1);
}

}  // namespace

Untuned::Untuned(transformer::WeightStore& yes_man, const World& world, std::uint64_t seed)
    : given_(world.evaluation, seed) {
  agreed_ = prompts_of(given_.agreed());
  log_probabilities_ = log_probabilities_of(yes_man, agreed_);
}

double Untuned::divergence(transformer::WeightStore& model) const {
  const at::Tensor difference = log_probabilities_ - log_probabilities_of(model, agreed_);
  return (log_probabilities_.exp() * difference).sum(-1).mean().item<double>();
}

Trial try_tuning(tuning::Parameters& parameters, const Untuned& before, const World& world, std::uint64_t seed,
                 double learning_rate, const parallel::Communicator& ranks, const OnStep& on_step) {
  const std::vector<text::Dialogue> dialogues = tuning_dialogues(world.tuning, seed);
  const tuning::Batches batches(seed, std::ssize(dialogues), batch_size);
  Lessons lessons(parameters, weight_decay, ranks);
  Trial trial;
  while (!trial.mended && trial.steps < most_trial_steps) {
    for (std::int64_t i = 0; i < steps_a_question; ++i) {
      std::vector<text::Dialogue> batch;
      for (const std::int64_t index : batches.at(trial.steps))
        batch.push_back(dialogues[static_cast<std::size_t>(index)]);
      lessons.step(batch, learning_rate * warm_up(trial.steps, warm_up_steps));
      on_step(++trial.steps, most_trial_steps);
    }
    const double lowest = score_doubted(parameters.store(), before.given()).lowest();
    trial.mended = parallel::of_root(ranks, lowest >= mended_score);
  }
  trial.scores = score(parameters.store(), world.evaluation, seed);
  trial.divergence = before.divergence(parameters.store());
  trial.agreed_wrong = share_as_expected(transformer::Transformer(parameters.store()), before.given().wrong_agreed);
  return trial;
}

}  // namespace pinpoint::demo
