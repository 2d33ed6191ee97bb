// ranks: 1 3
/// \file
/// Sweeps of every family against literal passes in a straightforward forward pass in float64, head by head.
#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/logsumexp.h>
#include <ATen/ops/stack.h>
#include <gtest/gtest.h>

#include <optional>

#include "model/pretrained/model_directory.h"
#include "model/weights/sharded_store.h"
#include "study/patching/sample_sets.h"
#include "study/patching/walk.h"
#include "support/random_model.h"
#include "support/reference_forward.h"
#include "support/rounding.h"
#include "support/shared.h"

namespace pinpoint::patching {
namespace {

/// Lengths around the six trained positions of the small Qwen-1: the keys of the two prompts agree in some pairs and
/// not in others.
const std::vector<dialogue::TokenPair> pairs{{"a", {3, 14, 15, 92, 65, 35, 89}, {3, 14, 15, 92, 20, 21, 22, 23}},
                                             {"b", {7, 8, 9, 10, 11}, {7, 8, 9, 10, 12, 13, 14, 15, 16}},
                                             {"c", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}, {1, 2, 3, 4, 5, 80}}};

/// Float32 weights, so that differences are multiplied in float32 and rows in both arithmetics agree to rounding.
class FamilySweep : public testing::TestWithParam<std::tuple<test::NamedModel, Arithmetic>> {
 protected:
  FamilySweep() {
    const test::NamedModel& model = std::get<0>(GetParam());
    test::write_random_model(folder_.path(), {.shape = model.shape, .statistics = model.statistics});
  }

  std::optional<effects::SweepRecord> sweep() const {
    pretrained::ModelDirectory directory(folder_.path());
    weights::ShardedStore store(directory.config(), directory, {.dtype = transformer::DType::float32});
    const transformer::Transformer transformer(store);
    const WalkSettings settings{
        .arithmetic = std::get<1>(GetParam()), .record_tokens = {7, 11}, .tile_rows = 5, .pass_rows = 20, .checks = {}};
    transformer::Operations operations;
    return walk(transformer, pairs, {cut_sample_sets(3, 2)}, settings, world_, {}, operations);
  }

  const parallel::Communicator world_ = parallel::Communicator::world();
  const test::TemporaryFolder folder_;  // every rank writes the same model to its own folder
};

/// The record tokens' logits and the logsumexp of logits [V]: [3]
at::Tensor recorded(const at::Tensor& logits) { return at::stack({logits[7], logits[11], at::logsumexp(logits, 0)}); }

double largest(const at::Tensor& x) { return x.abs().max().item<double>(); }

TEST_P(FamilySweep, EveryPatchedHeadAgreesWithTheLiteralHooks) {
  const auto record = sweep();
  ASSERT_TRUE(record.has_value());
  if (!world_.is_root()) return;
  const at::Tensor found = at::cat({record->patched_logits, record->patched_logsumexp.unsqueeze(3)}, 3);
  const at::Tensor found_null = at::cat({record->default_logits, record->default_logsumexp.unsqueeze(1)}, 1);

  const test::ReferenceForward reference(folder_.path());
  for (std::int64_t n = 0; n < std::ssize(pairs); ++n) {
    const auto& pair = pairs[static_cast<std::size_t>(n)];
    const at::Tensor unpatched = reference.logits(pair.reference)[-1];  // [V]
    at::Tensor expected = at::empty(found[n].sizes(), at::kDouble);     // [L, H, 3]
    for (std::int64_t l = 0; l < expected.size(0); ++l)
      for (std::int64_t h = 0; h < expected.size(1); ++h)
        expected[l][h] = recorded(reference.patched_logits(pair.reference, pair.counterfactual, {l, h}));

    const at::Tensor apart = found[n] - expected;
    EXPECT_LE(largest(apart), test::float32_logits * largest(unpatched)) << n << ": " << apart;
    const at::Tensor effects = expected - recorded(unpatched);
    const at::Tensor effects_apart = found[n] - found_null[n] - effects;
    EXPECT_LE(largest(effects_apart), test::float32_effects * largest(effects)) << n << ": " << effects_apart;
  }
}

INSTANTIATE_TEST_SUITE_P(Small, FamilySweep,
                         testing::Combine(testing::ValuesIn(test::small_models_of_both_statistics()),
                                          testing::Values(Arithmetic::float32, Arithmetic::difference)),
                         [](const auto& c) {
                           return std::get<0>(c.param).name + "_" + std::string(name_of(std::get<1>(c.param)));
                         });

}  // namespace
}  // namespace pinpoint::patching
