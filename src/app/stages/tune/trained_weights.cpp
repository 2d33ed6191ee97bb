#include "app/stages/tune/trained_weights.h"

#include <exception>
#include <utility>

#include "study/results/full_checkpoint.h"
#include "study/tuning/all_parameters.h"
#include "study/tuning/head_parameters.h"
#include "system/parallel/agreement.h"

namespace pinpoint::stages {
namespace {

namespace fs = std::filesystem;

void add_state(results::Checkpoint& checkpoint, const tuning::Parameters& parameters) {
  const auto on_cpu = [](const tuning::Tensors& tensors) {
    tuning::Tensors copies;
    for (const at::Tensor& tensor : tensors) copies.push_back(tensor.cpu().contiguous());
    return copies;
  };
  checkpoint.values = on_cpu(parameters.values());
  checkpoint.moments = {on_cpu(parameters.moments().exp_avg), on_cpu(parameters.moments().exp_avg_sq),
                        parameters.moments().step};
}

/// Every rank has the whole state: one of them writes it.
class HeadTrainee final : public Trainee {
 public:
  HeadTrainee(const Run& run, const TuneTask& task, const Weights& weights)
      : run_(run), heads_(task.choice->heads), model_(weights.store().config()),
        parameters_(weights.store(), task.slices, run.world()) {}

  tuning::Parameters& parameters() override { return parameters_; }

  std::string describe() const override {
    std::int64_t count = 0;
    for (const at::Tensor& value : parameters_.values()) count += value.numel();
    return fmt::format("{} parameters in {} heads of layers {} to {}", count, heads_.size(), heads_.front().layer,
                       heads_.back().layer);
  }

  void write(const fs::path& folder, results::Checkpoint checkpoint, std::int64_t keep) override {
    if (!run_.world().is_root()) return;
    checkpoint.heads = heads_;
    checkpoint.train_kv = run_.config().tune.train_kv;
    checkpoint.train_bias = run_.config().tune.train_bias;
    add_state(checkpoint, parameters_);
    results::write_checkpoint(folder, checkpoint, model_, keep);
  }

  void restore(results::SavedCheckpoint& saved) override {
    parameters_.restore(saved.checkpoint.values, saved.checkpoint.moments);
  }

 private:
  const Run& run_;
  const std::vector<HeadId>& heads_;  // ascending
  const transformer::ModelConfig& model_;
  tuning::HeadParameters parameters_;
};

/// A rank has the state of its own elements: the first group's ranks write theirs into one file.
class FullTrainee final : public Trainee {
 public:
  FullTrainee(const Run& run, const Weights& weights)
      : run_(run), group_(weights.group()), model_(weights.store().config()), parameters_(weights.store(), group_) {}

  tuning::Parameters& parameters() override { return parameters_; }

  std::string describe() const override {
    std::int64_t count = 0;
    for (const weights::WeightUnit& unit : parameters_.units()) count += unit.elements;
    return fmt::format("all {} parameters, shared by {} ranks", count, group_.size());
  }

  void write(const fs::path& folder, results::Checkpoint checkpoint, std::int64_t keep) override {
    std::exception_ptr error;  // the same on all ranks of the first group
    if (group_.replicas.is_root()) try {
        add_state(checkpoint, parameters_);
        results::write_full_checkpoint(folder, checkpoint, parameters_.units(), model_, keep, group_.ranks);
      } catch (const UserError&) {
        error = std::current_exception();
      }
    // The other groups must not go on to a step that those who failed will not take.
    parallel::together(run_.world(), [&] {
      if (error) std::rethrow_exception(error);
    });
  }

  void restore(results::SavedCheckpoint& saved) override {
    parallel::together(run_.world(),
                       [&] { results::read_full_values(saved.file, parameters_.units(), saved.checkpoint); });
    parameters_.restore(saved.checkpoint.values, saved.checkpoint.moments);
  }

 private:
  const Run& run_;
  const parallel::ShardGroup& group_;
  const transformer::ModelConfig& model_;
  tuning::AllParameters parameters_;
};

}  // namespace

std::int64_t Trainee::own_parameters() {
  std::int64_t count = 0;
  for (const at::Tensor& value : parameters().values()) count += value.numel();
  return count;
}

std::unique_ptr<Trainee> make_trainee(const Run& run, const TuneTask& task, const Weights& weights) {
  if (run.config().tune.method == tuning::Method::sft) return std::make_unique<FullTrainee>(run, weights);
  return std::make_unique<HeadTrainee>(run, task, weights);
}

}  // namespace pinpoint::stages
