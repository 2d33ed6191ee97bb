#include "study/tuning/tuner.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "study/tuning/dealing.h"
#include "system/base/check.h"
#include "system/parallel/collectives.h"

namespace pinpoint::tuning {
namespace {

std::string names_of(const std::vector<IndexedDialogue>& dialogues) {
  std::vector<std::int64_t> lines;
  for (const IndexedDialogue& member : dialogues) lines.push_back(member.index);
  return fmt::format("{}", fmt::join(lines, ", "));
}

/// What is not finite on this rank, in words; empty: nothing.
std::string trouble_of(const std::vector<IndexedDialogue>& mine, const std::vector<double>& losses,
                       const Parameters& parameters) {
  std::vector<IndexedDialogue> bad;
  for (std::size_t i = 0; i < mine.size(); ++i)
    if (!std::isfinite(losses[i])) bad.push_back(mine[i]);
  if (!bad.empty()) return fmt::format("the loss of sample {} is not finite", names_of(bad));
  if (!parameters.gradients_are_finite())
    return fmt::format("the gradient of samples {} is not finite", names_of(mine));
  return "";
}

/// Throws on all ranks the message of the first rank that has one.
void require_numbers(const parallel::Communicator& world, std::int64_t step, double max_lr,
                     const std::string& trouble) {
  const std::int64_t first = parallel::minimum(world, trouble.empty() ? world.size() : world.rank());
  if (first == world.size()) return;
  const std::string told = parallel::broadcast(world, trouble, static_cast<int>(first));
  throw Failure(fmt::format(
      "step {}, rank {}: {} (NaN or infinity; this step is not saved); start over with a lower learning rate, such as "
      "--set tune.max_lr={:g} --set restart=fresh (which sets the old steps aside), or look at the samples (counted "
      "from 0 among those that are not too long)",
      step, first, told, std::min(max_lr / 10, TuneOptions{}.max_lr)));
}

}  // namespace

Tuner::Tuner(Parameters& parameters, const TuneOptions& options, Room room, parallel::Communicator world)
    : parameters_(parameters), options_(options), room_(room), world_(std::move(world)),
      transformer_(parameters.store()),
      lower_layers_(transformer_, parameters.lowest_layer(), room.cache_bytes, world_),
      walk_(transformer_, {parameters.lowest_layer(), parameters.train_embedding()}, room.tape_bytes) {}

std::vector<IndexedDialogue> Tuner::my_share(const std::vector<IndexedDialogue>& batch) const {
  std::vector<std::int64_t> indices;
  std::vector<double> costs;
  for (const IndexedDialogue& member : batch) {
    indices.push_back(member.index);
    costs.push_back(dialogue_cost(transformer_.config(), member.dialogue->length()));
  }
  const std::vector<int> owner = deal(indices, costs, world_.size());
  std::vector<IndexedDialogue> mine;
  for (std::size_t i = 0; i < batch.size(); ++i)
    if (owner[i] == world_.rank()) mine.push_back(batch[i]);
  return mine;
}

std::optional<StepResult> Tuner::step_unless(std::int64_t step, const std::vector<IndexedDialogue>& batch,
                                             double learning_rate, const HeadFactors& factors,
                                             const GivesUp& gives_up) {
  StepResult result;
  for (const IndexedDialogue& member : batch) {
    result.tokens += member.dialogue->length();
    result.targets += member.dialogue->targets();
  }
  const double scale = 1 / static_cast<double>(result.targets);
  const std::vector<IndexedDialogue> mine = my_share(batch);
  const std::int64_t rounds =
      parallel::maximum(world_, (static_cast<std::int64_t>(mine.size()) + room_.micro_batch - 1) / room_.micro_batch);
  parameters_.clear_gradients();
  std::vector<double> losses;
  for (std::int64_t round = 0; round < rounds; ++round) {
    const auto place = [&](std::int64_t n) {
      return mine.begin() + std::min(n * room_.micro_batch, static_cast<std::int64_t>(mine.size()));
    };
    const std::vector<IndexedDialogue> members(place(round), place(round + 1));
    const std::vector<at::Tensor> residuals = lower_layers_.residuals(members);
    for (const double loss : walk_.run(members, residuals, scale, factors, parameters_.gradients()))
      losses.push_back(loss);
    const bool is_last = round + 1 == rounds;
    if (is_last || !gives_up || !gives_up(static_cast<double>(round + 1) / static_cast<double>(rounds))) continue;
    parameters_.clear_gradients();  // sums may be on their way between the ranks
    return std::nullopt;
  }
  require_numbers(world_, step, options_.max_lr, trouble_of(mine, losses, parameters_));

  double my_loss = 0;
  for (const double loss : losses) my_loss += loss;
  result.loss = parallel::sum_in_order(world_, my_loss) * scale;
  result.grad_norm = std::sqrt(parameters_.sum_gradients());
  require_numbers(world_, step, options_.max_lr,
                  std::isfinite(result.grad_norm) ? "" : "the norm of the whole gradient is not finite");
  parameters_.update(result.grad_norm, learning_rate, options_);
  // Without this check, a checkpoint could be saved of parameters that are already lost.
  require_numbers(world_, step, options_.max_lr,
                  parameters_.values_are_finite() ? "" : "a parameter is not finite after the update");
  return result;
}

}  // namespace pinpoint::tuning
