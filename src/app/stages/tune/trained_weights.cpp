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

/// SPT: every rank has the whole state, and rank 0 writes it.
class TrainedHeads final : public TrainedWeights {
 public:
  TrainedHeads(const Job& job, const TuneInputs& inputs, const LoadedModel& weights)
      : job_(job), heads_(inputs.choice->heads), model_(weights.store().config()),
        parameters_(weights.store(), inputs.slices, job.world()) {}

  tuning::Parameters& parameters() override { return parameters_; }

  std::string describe() const override {
    std::int64_t count = 0;
    for (const at::Tensor& value : parameters_.values()) count += value.numel();
    return fmt::format("{} parameters in {} heads of layers {} to {}", count, heads_.size(), heads_.front().layer,
                       heads_.back().layer);
  }

  void write(const fs::path& folder, results::Checkpoint checkpoint, std::int64_t keep) override {
    if (!job_.world().is_root()) return;
    checkpoint.heads = heads_;
    checkpoint.train_kv = job_.config().tune.train_kv;
    checkpoint.train_bias = job_.config().tune.train_bias;
    add_state(checkpoint, parameters_);
    results::write_checkpoint(folder, checkpoint, model_, keep);
  }

  void restore(results::SavedCheckpoint& saved) override {
    parameters_.restore(saved.checkpoint.values, saved.checkpoint.moments);
  }

 private:
  const Job& job_;
  const std::vector<HeadId>& heads_;  // ascending
  const transformer::ModelConfig& model_;
  tuning::HeadParameters parameters_;
};

/// SFT: a rank has the state of its own elements. The ranks of the first group write theirs into one file.
class TrainedModel final : public TrainedWeights {
 public:
  TrainedModel(const Job& job, const LoadedModel& weights)
      : job_(job), group_(weights.group()), model_(weights.store().config()), parameters_(weights.store(), group_) {}

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
    // If the first group fails, the other groups must not start a step that it will not take.
    parallel::together(job_.world(), [&] {
      if (error) std::rethrow_exception(error);
    });
  }

  void restore(results::SavedCheckpoint& saved) override {
    parallel::together(job_.world(),
                       [&] { results::read_full_values(saved.file, parameters_.units(), saved.checkpoint); });
    parameters_.restore(saved.checkpoint.values, saved.checkpoint.moments);
  }

 private:
  const Job& job_;
  const parallel::ShardGroup& group_;
  const transformer::ModelConfig& model_;
  tuning::AllParameters parameters_;
};

}  // namespace

std::int64_t TrainedWeights::own_parameters() {
  std::int64_t count = 0;
  for (const at::Tensor& value : parameters().values()) count += value.numel();
  return count;
}

std::unique_ptr<TrainedWeights> make_trained_weights(const Job& job, const TuneInputs& inputs,
                                                     const LoadedModel& weights) {
  if (job.config().tune.method == tuning::Method::sft) return std::make_unique<TrainedModel>(job, weights);
  return std::make_unique<TrainedHeads>(job, inputs, weights);
}

}  // namespace pinpoint::stages
