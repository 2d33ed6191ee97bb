#include "demo/training.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <torch/optim/adamw.h>

#include <algorithm>

#include "base/check.h"
#include "demo/batch.h"
#include "parallel/collectives.h"

namespace pinpoint::demo {
namespace {

/// As many as share a step on small machines; every rank that owns one computes it alone.
constexpr std::int64_t micro_batches = 2;
constexpr double clip_norm = 1;

bool is_short(const text::Dialogue& dialogue) { return dialogue.size() == 2; }

/// Places in `part` of the dialogues that `accepts` accepts.
std::vector<std::int64_t> rows_with(const std::vector<text::Dialogue>& part,
                                    const std::function<bool(const text::Dialogue&)>& accepts) {
  std::vector<std::int64_t> rows;
  for (std::size_t row = 0; row < part.size(); ++row)
    if (accepts(part[row])) rows.push_back(static_cast<std::int64_t>(row));
  return rows;
}

}  // namespace

struct Training::Optimizer {
  std::vector<at::Tensor> weights;
  torch::optim::AdamW adamw;
  std::int64_t size = 0;  // numbers in all weights

  Optimizer(std::vector<at::Tensor> chosen, double weight_decay)
      : weights(std::move(chosen)),
        adamw(weights, torch::optim::AdamWOptions().betas({0.9, 0.95}).weight_decay(weight_decay)) {
    for (const at::Tensor& weight : weights) size += weight.numel();
  }

  /// The gradients of all weights as one vector [size] and a loss behind it; gradients are reset.
  at::Tensor take_gradients(const at::Tensor& loss) {
    std::vector<at::Tensor> parts;
    for (at::Tensor& weight : weights) {
      parts.push_back(weight.grad().flatten());
      weight.mutable_grad() = at::Tensor();
    }
    parts.push_back(loss.view({1}));
    return at::cat(parts);
  }

  void apply(const at::Tensor& gradients, double learning_rate) {
    std::int64_t begin = 0;
    for (at::Tensor& weight : weights) {
      weight.mutable_grad() = gradients.narrow(0, begin, weight.numel()).view_as(weight);
      begin += weight.numel();
    }
    static_cast<torch::optim::AdamWOptions&>(adamw.param_groups().front().options()).lr(learning_rate);
    adamw.step();
    for (at::Tensor& weight : weights) weight.mutable_grad() = at::Tensor();
  }
};

Training::Training(TrainableLlama& model, const std::function<bool(std::string_view)>& chosen, double weight_decay,
                   parallel::Communicator ranks)
    : model_(model), ranks_(std::move(ranks)) {
  std::vector<at::Tensor> weights;
  for (auto [name, weight] : model.weights()) {
    weight.set_requires_grad(chosen(name));
    if (weight.requires_grad()) weights.push_back(weight);
  }
  PINPOINT_EXPECT(!weights.empty());
  optimizer_ = std::make_unique<Optimizer>(std::move(weights), weight_decay);
}

Training::~Training() {
  for (at::Tensor& weight : optimizer_->weights) weight.set_requires_grad(false);
}

/// Short and long dialogues go through the model apart, so that little of a batch is padding.
at::Tensor Training::micro_batch_gradient(const std::vector<text::Dialogue>& part, std::int64_t all_targets,
                                          const at::Tensor& head_mask) {
  at::Tensor sum = at::zeros({});
  for (const std::vector<std::int64_t>& rows : {rows_with(part, is_short), rows_with(part, std::not_fn(is_short))}) {
    if (rows.empty()) continue;
    std::vector<text::Dialogue> dialogues;
    for (const std::int64_t row : rows) dialogues.push_back(part[static_cast<std::size_t>(row)]);
    const at::Tensor mask = head_mask.defined() ? head_mask.index_select(1, at::tensor(rows)) : at::Tensor();
    const Batch batch = make_batch(dialogues);
    const at::Tensor logits = model_.logits(batch.ids, batch.positions, mask);  // [targets, V]
    const at::Tensor loss =
        at::cross_entropy_loss(logits, batch.targets, {}, at::Reduction::Sum) / static_cast<double>(all_targets);
    loss.backward();
    sum += loss.detach();
  }
  return optimizer_->take_gradients(sum);
}

double Training::step(const std::vector<text::Dialogue>& batch, double learning_rate, const at::Tensor& head_mask) {
  std::int64_t all_targets = 0;
  for (const text::Dialogue& dialogue : batch) all_targets += count_targets(dialogue);
  const auto size = static_cast<std::int64_t>(batch.size());
  at::Tensor mine = at::empty({0, optimizer_->size + 1});
  for (std::int64_t i = 0; i < micro_batches; ++i) {
    if (i * ranks_.size() / micro_batches != ranks_.rank()) continue;
    const std::int64_t begin = size * i / micro_batches, end = size * (i + 1) / micro_batches;
    const at::Tensor mask = head_mask.defined() ? head_mask.narrow(1, begin, end - begin) : at::Tensor();
    mine = at::cat(
        {mine, micro_batch_gradient({batch.begin() + begin, batch.begin() + end}, all_targets, mask).unsqueeze(0)});
  }
  at::Tensor sum = parallel::all_gather(ranks_, mine).sum(0);  // [size + 1], in order of the micro-batches
  const double loss = sum[-1].item<double>();
  const at::Tensor gradients = sum.narrow(0, 0, optimizer_->size);
  const double norm = gradients.norm().item<double>();
  optimizer_->apply(gradients * std::min(1.0, clip_norm / (norm + 1e-6)), learning_rate);
  return loss;
}

}  // namespace pinpoint::demo
