// ranks: 1 3
/// \file
/// Sweeps of every family against the literal hooks in a straightforward forward pass in float64, head by head.
#include <ATen/ops/logsumexp.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>

#include "io/model_directory.h"
#include "model/sharded_store.h"
#include "patching/block_walk.h"
#include "support/random_model.h"
#include "support/reference_forward.h"
#include "support/shared.h"

namespace pinpoint {
namespace {

constexpr double tolerance = 1e-4;

/// Lengths around the six positions that the small Qwen-1 was trained with: keys of both prompts that agree, and others
/// that do not.
const std::vector<dialogue::TokenPair> pairs{{"a", {3, 14, 15, 92, 65, 35, 89}, {3, 14, 15, 92, 20, 21, 22, 23}},
                                             {"b", {7, 8, 9, 10, 11}, {7, 8, 9, 10, 12, 13, 14, 15, 16}},
                                             {"c", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}, {1, 2, 3, 4, 5, 80}}};

class FamilySweep : public testing::TestWithParam<test::NamedModel> {};

TEST_P(FamilySweep, EveryPatchedHeadAgreesWithTheLiteralHooks) {
  const auto world = parallel::Communicator::world();
  const test::TemporaryFolder folder;  // every rank writes the same model to one of its own
  test::write_random_model(folder.path(), {.shape = GetParam().shape});
  io::ModelDirectory directory(folder.path());
  model::ShardedStore store(directory.config(), directory, {.dtype = model::DType::float32});
  const model::Transformer transformer(store);

  const patching::WalkSettings settings{.record_tokens = {7, 11}, .tile_rows = 5, .pass_rows = 20, .checks = {}};
  model::Operations operations;
  const auto record = patching::walk(transformer, pairs, {patching::cut_groups(3, 2)}, settings, world, {}, operations);
  ASSERT_TRUE(record.has_value());
  if (!world.is_root()) return;

  const test::ReferenceForward reference(folder.path());
  const auto& shape = GetParam().shape;
  for (std::int64_t n = 0; n < 3; ++n)
    for (std::int64_t l = 0; l < shape.layers; ++l)
      for (std::int64_t h = 0; h < shape.heads; ++h) {
        const auto& pair = pairs[static_cast<std::size_t>(n)];
        const at::Tensor logits = reference.patched_logits(pair.reference, pair.counterfactual, {l, h});
        const at::Tensor found = record->patched_logits[n][l][h];
        EXPECT_NEAR(found[0].item<double>(), logits[7].item<double>(), tolerance) << n << " " << l << " " << h;
        EXPECT_NEAR(found[1].item<double>(), logits[11].item<double>(), tolerance) << n << " " << l << " " << h;
        EXPECT_NEAR(record->patched_logsumexp[n][l][h].item<double>(), at::logsumexp(logits, 0).item<double>(),
                    tolerance);
      }
}

INSTANTIATE_TEST_SUITE_P(Small, FamilySweep, testing::ValuesIn(test::small_models()),
                         [](const auto& c) { return c.param.name; });

}  // namespace
}  // namespace pinpoint
