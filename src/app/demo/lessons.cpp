#include "app/demo/lessons.h"

#include <algorithm>

#include "app/demo/tokens.h"

namespace pinpoint::demo {
namespace {

/// Half a batch, which each of two ranks takes at once.
constexpr tuning::Room room{.micro_batch = batch_size / 2, .tape_bytes = 1e9, .cache_bytes = 0};

tuning::TuneOptions options_with(double weight_decay) {
  tuning::TuneOptions options;
  options.weight_decay = weight_decay;
  return options;
}

}  // namespace

Lessons::Lessons(tuning::Parameters& parameters, double weight_decay, const parallel::Communicator& ranks)
    : tuner_(parameters, options_with(weight_decay), room, ranks) {}

double Lessons::step(const std::vector<text::Dialogue>& batch, double learning_rate, const at::Tensor& head_mask) {
  std::vector<dialogue::TrainingDialogue> tokens;
  for (const text::Dialogue& dialogue : batch) tokens.push_back(training_dialogue(dialogue));
  std::vector<tuning::IndexedDialogue> members;
  for (const dialogue::TrainingDialogue& dialogue : tokens) members.push_back({std::ssize(members), &dialogue});
  tuning::HeadFactors factors;
  if (head_mask.defined())
    factors = [&](std::int64_t layer, const tuning::IndexedDialogue& member) { return head_mask[layer][member.index]; };
  return tuner_.step(++steps_, members, learning_rate, factors).loss;
}

double warm_up(std::int64_t step, std::int64_t steps) {
  return std::min(1.0, static_cast<double>(step + 1) / static_cast<double>(steps));
}

}  // namespace pinpoint::demo
