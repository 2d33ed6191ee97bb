// ranks: 1 2 3
/// \file
/// Ten steps of pinpoint tuning against those of an independent implementation in float64, for every place of the
/// weights and any sharding.
#include <ATen/TensorOperators.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <tuple>

#include "model/pretrained/model_directory.h"
#include "model/pretrained/safetensors.h"
#include "model/weights/sharded_store.h"
#include "study/tuning/head_parameters.h"
#include "study/tuning/schedule.h"
#include "study/tuning/tuner.h"
#include "support/shared.h"
#include "system/parallel/shard_group.h"

namespace pinpoint::tuning {
namespace {

constexpr double tolerance = 1e-5;  // relative; the reference itself, run in float32, stays within 2e-6

struct Placement {
  const char* name;
  parallel::WeightsRest rest;
  int shard;
};

class TrainStep : public testing::TestWithParam<std::tuple<const char*, std::int64_t, Placement>> {
 protected:
  void SetUp() override {
    const auto& [golden, micro_batch, placement] = GetParam();
    if (world_.size() % placement.shard != 0) GTEST_SKIP() << "the ranks cannot be cut into groups of that size";
    const std::string name = fmt::format("goldens/train_step/{}", golden);
    PINPOINT_NEEDS_SHARED(name);
    folder_ = test::shared(name);
    expected_ = nlohmann::json::parse(test::read_text(folder_ / "expected.json"));
  }

  TuneOptions options() const {
    TuneOptions options;
    options.max_lr = expected_["max_lr"];
    options.warmup_ratio = 0;
    options.steps = expected_["steps"].get<std::int64_t>();
    options.train_kv = expected_["train_kv"];
    options.betas = expected_["betas"];
    options.eps = expected_["eps"];
    options.weight_decay = expected_["weight_decay"];
    options.clip_norm = std::nullopt;
    return options;
  }

  std::vector<HeadId> heads() const {
    std::vector<HeadId> heads;
    for (const auto& head : expected_["heads"]) heads.push_back({head[0], head[1]});
    return heads;
  }

  std::vector<dialogue::TrainingDialogue> dialogues() const {
    std::vector<dialogue::TrainingDialogue> dialogues;
    for (std::size_t i = 0; i < expected_["batch"].size(); ++i)
      dialogues.push_back({expected_["batch"][i], expected_["mask"][i]});
    return dialogues;
  }

  /// A slice's block in float64, named as in the reference: "L0.H5.wq", "L0.G1.wk".
  void expect_close(const std::string& name, const at::Tensor& found, const pretrained::SafetensorsFile& file) const {
    const at::Tensor expected = file.tensor("final." + name);
    const double deviation = at::linalg_vector_norm(found.to(at::kDouble) - expected).item<double>();
    EXPECT_LE(deviation, tolerance * at::linalg_vector_norm(expected).item<double>()) << name;
  }

  const parallel::Communicator world_ = parallel::Communicator::world();
  std::filesystem::path folder_;
  nlohmann::json expected_;
};

TEST_P(TrainStep, LossesNormsAndSlicesAgree) {
  const auto& [golden, micro_batch, placement] = GetParam();
  pretrained::ModelDirectory directory(folder_ / expected_["init_checkpoint"].get<std::string>());
  const transformer::ModelConfig& config = directory.config();
  const parallel::ShardGroup group = parallel::make_shard_group(world_, placement.shard);
  weights::ShardedStore store(config, directory, {.dtype = transformer::DType::float32, .rest = placement.rest},
                              group.ranks);
  const auto all = dialogues();
  std::vector<IndexedDialogue> batch;
  for (const auto& dialogue : all) batch.push_back({static_cast<std::int64_t>(batch.size()), &dialogue});
  const TuneOptions options = this->options();
  HeadParameters parameters(store, head_slices(config, heads(), options), world_);
  Tuner tuner(parameters, options, {.micro_batch = micro_batch, .tape_bytes = 1e9, .cache_bytes = 1e9}, world_);

  for (std::int64_t t = 0; t < *options.steps; ++t) {
    const auto at = static_cast<std::size_t>(t);
    const double lr = learning_rate(options, t, *options.steps);
    EXPECT_NEAR(lr, expected_["lr"][at].get<double>(), 1e-15);
    const StepResult step = tuner.step(t + 1, batch, lr);
    const double loss = expected_["loss"][at], norm = expected_["grad_norm"][at];
    EXPECT_NEAR(step.loss, loss, tolerance * loss) << t;
    EXPECT_NEAR(step.grad_norm, norm, tolerance * norm) << t;
    EXPECT_EQ(step.targets, expected_["n_targets"].get<std::int64_t>());
  }

  const pretrained::SafetensorsFile file(folder_ / "expected.safetensors");
  std::size_t compared = 0;
  for (std::size_t i = 0; i < parameters.slices().size(); ++i) {
    const Slice& slice = parameters.slices()[i];
    const bool of_head = slice.matrix == transformer::Matrix::query || slice.matrix == transformer::Matrix::output;
    const char* letter = slice.matrix == transformer::Matrix::query    ? "q"
                         : slice.matrix == transformer::Matrix::output ? "o"
                         : slice.matrix == transformer::Matrix::key    ? "k"
                                                                       : "v";
    for (std::size_t p = 0; p < slice.places.size(); ++p, ++compared)
      expect_close(fmt::format("L{}.{}{}.w{}", slice.layer, of_head ? "H" : "G", slice.places[p], letter),
                   parameters.values()[i][static_cast<std::int64_t>(p)], file);
  }
  EXPECT_EQ(compared, expected_["slices"].size());
}

using parallel::WeightsRest;

std::string name_of(const testing::TestParamInfo<TrainStep::ParamType>& info) {
  const auto& [golden, micro_batch, placement] = info.param;
  return fmt::format("{}_{}_{}", golden, micro_batch, placement.name);
}

const auto goldens = testing::Values("mha", "gqa_kv", "qwen1_kv", "qwen2_q_o");

INSTANTIATE_TEST_SUITE_P(Goldens, TrainStep,
                         testing::Combine(goldens, testing::Values(1, 4),
                                          testing::Values(Placement{"device_1", WeightsRest::device, 1})),
                         name_of);

INSTANTIATE_TEST_SUITE_P(Placements, TrainStep,
                         testing::Combine(goldens, testing::Values(4),
                                          testing::Values(Placement{"disk_1", WeightsRest::disk, 1},
                                                          Placement{"host_2", WeightsRest::host, 2},
                                                          Placement{"disk_2", WeightsRest::disk, 2})),
                         name_of);

}  // namespace
}  // namespace pinpoint::tuning
