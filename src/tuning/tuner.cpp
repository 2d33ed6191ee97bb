#include "tuning/tuner.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/check.h"
#include "parallel/collectives.h"
#include "tuning/dealing.h"
#include "tuning/slice_gradients.h"

namespace pinpoint::tuning {
namespace {

/// Replaces every tensor by its sum over the ranks.
void sum_over_ranks(const parallel::Communicator& world, Tensors& tensors) {
  for (at::Tensor& tensor : tensors) parallel::sum_in_order(world, tensor);
}

double sum_over_ranks(const parallel::Communicator& world, double value) {
  at::Tensor sum = at::tensor({value}, at::kDouble);
  parallel::sum_in_order(world, sum);
  return sum.item<double>();
}

std::string names_of(const std::vector<IndexedDialogue>& dialogues) {
  std::vector<std::int64_t> lines;
  for (const IndexedDialogue& member : dialogues) lines.push_back(member.index);
  return fmt::format("{}", fmt::join(lines, ", "));
}

/// What this rank found that is no number, in words; empty: all is well.
std::string trouble_of(const std::vector<IndexedDialogue>& mine, const std::vector<double>& losses,
                       const Tensors& gradients) {
  std::vector<IndexedDialogue> bad;
  for (std::size_t i = 0; i < mine.size(); ++i)
    if (!std::isfinite(losses[i])) bad.push_back(mine[i]);
  if (!bad.empty()) return fmt::format("the loss of sample {} is not finite", names_of(bad));
  if (!std::isfinite(squared_norm(gradients)))
    return fmt::format("the gradient of samples {} is not finite", names_of(mine));
  return "";
}

/// Throws on all ranks what the first rank with trouble has to tell.
void require_numbers(const parallel::Communicator& world, std::int64_t step, const std::string& trouble) {
  const std::int64_t first = parallel::minimum(world, trouble.empty() ? world.size() : world.rank());
  if (first == world.size()) return;
  const std::string told = parallel::broadcast(world, trouble, static_cast<int>(first));
  throw Failure(fmt::format(
      "step {}, rank {}: {} (NaN or infinity); the last checkpoint is good: go on from it with a lower tune.max_lr, or "
      "look at the samples (counted from 0 among those that are not too long)",
      step, first, told));
}

}  // namespace

Tuner::Tuner(model::WeightStore& frozen, std::vector<Slice> slices, const TuneOptions& options, Room room,
             parallel::Communicator world)
    : options_(options), room_(room), world_(std::move(world)), slices_(std::move(slices)),
      values_(initial_values(frozen, slices_)), moments_(initial_state(values_)), store_(frozen, slices_, values_),
      transformer_(store_), lower_layers_(transformer_, slices_.front().layer, room.cache_bytes, world_),
      walk_(transformer_, slices_.front().layer, room.tape_bytes) {}

void Tuner::restore(const Tensors& values, const AdamWState& moments) {
  PINPOINT_EXPECT(values.size() == values_.size() && moments.exp_avg.size() == values_.size());
  for (std::size_t i = 0; i < values_.size(); ++i) {
    values_[i].copy_(values[i]);
    moments_.exp_avg[i].copy_(moments.exp_avg[i]);
    moments_.exp_avg_sq[i].copy_(moments.exp_avg_sq[i]);
  }
  moments_.step = moments.step;
}

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

StepResult Tuner::step(std::int64_t step, const std::vector<IndexedDialogue>& batch, double learning_rate) {
  StepResult result;
  for (const IndexedDialogue& member : batch) {
    result.tokens += member.dialogue->length();
    result.targets += member.dialogue->targets();
  }
  const double scale = 1 / static_cast<double>(result.targets);
  const std::vector<IndexedDialogue> mine = my_share(batch);
  const std::int64_t rounds =
      parallel::maximum(world_, (static_cast<std::int64_t>(mine.size()) + room_.micro_batch - 1) / room_.micro_batch);
  SliceGradients gradients(transformer_.config(), slices_, values_);
  std::vector<double> losses;
  for (std::int64_t round = 0; round < rounds; ++round) {
    const auto place = [&](std::int64_t n) {
      return mine.begin() + std::min(n * room_.micro_batch, static_cast<std::int64_t>(mine.size()));
    };
    const std::vector<IndexedDialogue> members(place(round), place(round + 1));
    const std::vector<at::Tensor> residuals = lower_layers_.residuals(members);
    for (const double loss : walk_.run(members, residuals, scale, gradients)) losses.push_back(loss);
  }
  require_numbers(world_, step, trouble_of(mine, losses, gradients.sums()));

  double my_loss = 0;
  for (const double loss : losses) my_loss += loss;
  result.loss = sum_over_ranks(world_, my_loss) * scale;
  sum_over_ranks(world_, gradients.sums());
  result.grad_norm = std::sqrt(squared_norm(gradients.sums()));
  require_numbers(world_, step, std::isfinite(result.grad_norm) ? "" : "the norm of the whole gradient is not finite");
  if (options_.clip_norm) clip(gradients.sums(), result.grad_norm, *options_.clip_norm);
  update(values_, gradients.sums(), moments_, learning_rate, options_);
  // Or a checkpoint could be taken of what is lost already.
  require_numbers(world_, step, std::isfinite(squared_norm(values_)) ? "" : "a slice is not finite after the update");
  return result;
}

}  // namespace pinpoint::tuning
