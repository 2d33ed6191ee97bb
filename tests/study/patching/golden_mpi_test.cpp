// ranks: 1 2 3 5
/// \file
/// Sweeps of the reference checkpoints against the values of literal passes by independent code in float64, head by
/// head.

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "model/pretrained/model_directory.h"
#include "model/weights/sharded_store.h"
#include "study/patching/exact_check.h"
#include "study/patching/sample_sets.h"
#include "study/patching/walk.h"
#include "support/golden.h"
#include "support/shared.h"

namespace pinpoint::patching {
namespace {

std::vector<dialogue::TokenPair> pairs_of(const test::Golden& golden) {
  std::vector<dialogue::TokenPair> pairs;
  for (std::size_t i = 0; i < golden.reference.size(); ++i)
    pairs.push_back({std::to_string(i), golden.reference[i], golden.counterfactual[i]});
  return pairs;
}

double largest_difference(const at::Tensor& a, const at::Tensor& b) {
  return (a.to(at::kDouble) - b.to(at::kDouble)).abs().max().item<double>();
}

/// With float32 weights, so that differences are multiplied in float32.
class GoldenSweep : public testing::TestWithParam<std::tuple<const char*, Arithmetic>> {};

TEST_P(GoldenSweep, EveryPatchedHeadAgreesWithTheLiteralHooks) {
  const std::string folder = std::string("goldens/") + std::get<0>(GetParam());
  PINPOINT_NEEDS_SHARED(folder);
  const test::Golden golden = test::read_golden(test::shared(folder));
  const auto world = parallel::Communicator::world();

  pretrained::ModelDirectory directory(test::shared(folder));
  const transformer::ModelConfig& config = directory.config();
  weights::ShardedStore store(config, directory, {.dtype = transformer::DType::float32});
  const transformer::Transformer transformer(store);

  const std::vector<dialogue::TokenPair> pairs = pairs_of(golden);
  const WalkSettings settings{.arithmetic = std::get<1>(GetParam()),
                              .record_tokens = {golden.record_ids[0], golden.record_ids[1]},
                              .tile_rows = 5,  // tiles that mix null rows, layers and padding
                              .pass_rows = 20,
                              .checks = choose_checks(42, 12, golden.pairs(), config)};
  const Block block{cut_sample_sets(golden.pairs(), 4)};
  transformer::Operations operations;
  const auto record = walk(transformer, pairs, block, settings, world, {}, operations);
  ASSERT_TRUE(record.has_value());
  if (!world.is_root()) return;

  const double largest_logit = golden.patched.abs().max().item<double>();
  const double tolerance = std::max(1e-4, 1e-5 * largest_logit);
  const at::Tensor null = at::cat({record->default_logits, record->default_logsumexp.unsqueeze(-1)}, -1);
  const at::Tensor pass_a = at::cat({record->pass_a_logits, record->pass_a_logsumexp.unsqueeze(-1)}, -1);
  const at::Tensor patched = at::cat({record->patched_logits, record->patched_logsumexp.unsqueeze(-1)}, -1);
  EXPECT_LE(largest_difference(null, golden.default_values), tolerance);
  EXPECT_LE(largest_difference(pass_a, golden.default_values), tolerance);
  EXPECT_LE(largest_difference(patched, golden.patched), tolerance);
  ASSERT_EQ(record->exact_checks.size(), 12u);
  for (const effects::ExactCheck& check : record->exact_checks) EXPECT_LE(check.deviation, tolerance);
}

INSTANTIATE_TEST_SUITE_P(
    Models, GoldenSweep,
    testing::Combine(testing::Values("llama_mha", "llama_gqa", "stories260k", "llama3_rope", "mistral_swa", "qwen1",
                                     "qwen1_ntk", "qwen1_logn", "qwen1_ntk_logn", "qwen2_tied"),
                     testing::Values(Arithmetic::float32, Arithmetic::difference)),
    [](const auto& c) { return std::get<0>(c.param) + std::string("_") + std::string(name_of(std::get<1>(c.param))); });

}  // namespace
}  // namespace pinpoint::patching
