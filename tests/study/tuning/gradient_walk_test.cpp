/// \file
/// The gradient of every weight of every family, against finite differences of the loss in float64.
#include "study/tuning/gradient_walk.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <map>
#include <tuple>

#include "model/pretrained/model_directory.h"
#include "model/weights/sharded_store.h"
#include "study/tuning/slice_gradients.h"
#include "study/tuning/tuned_store.h"
#include "support/double_store.h"
#include "support/random_model.h"
#include "support/random_tensor.h"
#include "support/shared.h"

namespace pinpoint::tuning {
namespace {

using dialogue::TrainingDialogue;
using transformer::LayerWeights;
using transformer::Matrix;
using transformer::Norm;

constexpr double plenty = 1e12;  // bytes
constexpr double scale = 1.0 / 7;

const std::vector<TrainingDialogue> dialogues{
    {{3, 14, 15, 92, 65, 35, 89, 79, 32, 38, 46, 26, 43}, {0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1}},
    {{7, 8, 9, 10, 12, 13, 14, 15, 95}, {0, 0, 0, 0, 0, 0, 0, 0, 1}},
    {{1, 2}, {0, 1}}};

std::vector<IndexedDialogue> round_of_all() {
  std::vector<IndexedDialogue> round;
  for (const TrainingDialogue& dialogue : dialogues)
    round.push_back({static_cast<std::int64_t>(round.size()), &dialogue});
  return round;
}

/// Sums the gradient of every weight.
class AllGradients : public transformer::GradientSink {
 public:
  void product(std::int64_t layer, Matrix matrix, const at::Tensor& input, const at::Tensor& gradient) override {
    add(matrices[{layer, matrix}], at::matmul(gradient.t(), input));
    add(biases[{layer, matrix}], gradient.sum(0));
  }
  void scaling(std::int64_t layer, Norm norm, const at::Tensor& normalised, const at::Tensor& gradient) override {
    add(norms[{layer, norm}], (normalised * gradient).flatten(0, -2).sum(0));
  }
  void unembedding(std::int64_t first, const at::Tensor& input, const at::Tensor& gradient) override {
    add(tiles[first], at::matmul(gradient.t(), input));
  }

  void embedding(const at::Tensor& ids, const at::Tensor& gradient) override { add(embedded, rows(ids, gradient)); }

  std::map<std::pair<std::int64_t, Matrix>, at::Tensor> matrices, biases;
  std::map<std::pair<std::int64_t, Norm>, at::Tensor> norms;
  std::map<std::int64_t, at::Tensor> tiles;
  at::Tensor embedded;

 private:
  static at::Tensor rows(const at::Tensor& ids, const at::Tensor& gradient) {
    at::Tensor sum = at::zeros({96, gradient.size(1)}, gradient.options());
    for (std::int64_t row = 0; row < ids.size(0); ++row) sum[ids[row].item<std::int64_t>()] += gradient[row];
    return sum;
  }
  static void add(at::Tensor& sum, const at::Tensor& part) { sum = sum.defined() ? sum + part : part; }
};

class Gradients : public testing::TestWithParam<test::NamedModel> {
 protected:
  Gradients() : store_(make_store()) {}

  double loss(transformer::GradientSink& sink, double tape_bytes = plenty, const HeadFactors& factors = {}) {
    const transformer::Transformer transformer(store_);
    LowerLayers below(transformer, 0, 0, {});
    const auto round = round_of_all();
    double sum = 0;
    const GradientWalk walk(transformer, {.layer = 0, .at_embedding = true}, tape_bytes);
    for (const double part : walk.run(round, below.residuals(round), scale, factors, sink)) sum += part;
    return scale * sum;
  }

  /// The derivative along a random direction, in which every number changes in proportion to its size.
  void expect_right(const std::string& what, at::Tensor& weight, const at::Tensor& gradient,
                    const HeadFactors& factors = {}) {
    constexpr double step = 1e-5;
    const at::Tensor start = weight;
    const at::Tensor direction =
        start.abs() * test::random_tensor(weight.sizes().vec(), at::kFloat, {0, 1}, Random(1, what)).to(at::kDouble);
    AllGradients ignored;
    weight = start + step * direction;
    const double above = loss(ignored, plenty, factors);
    weight = start - step * direction;
    const double below = loss(ignored, plenty, factors);
    weight = start;
    const at::Tensor terms = gradient * direction;
    const double expected = (above - below) / (2 * step), found = terms.sum().item<double>();
    const double size = terms.square().sum().sqrt().item<double>();  // of a sum of terms of random signs
    EXPECT_GT(std::abs(expected), 1e-6) << what;
    EXPECT_NEAR(found, expected, 1e-7 * size) << what;
  }

  test::DoubleStore store_;

 private:
  static test::DoubleStore make_store() {
    const test::TemporaryFolder folder;
    test::write_random_model(folder.path(), {.shape = GetParam().shape, .statistics = GetParam().statistics});
    pretrained::ModelDirectory directory(folder.path());
    weights::ShardedStore store(directory.config(), directory, {.dtype = transformer::DType::float32});
    return test::DoubleStore(store);
  }
};

TEST_P(Gradients, OfEveryWeightAreTheFiniteDifferences) {
  AllGradients found;
  loss(found);
  for (std::int64_t layer = 0; layer < store_.config().layers; ++layer) {
    LayerWeights& w = store_.layers[static_cast<std::size_t>(layer)];
    for (auto [name, matrix, weight, bias] : {std::tuple{"query", Matrix::query, &w.query, &w.query_bias},
                                              {"key", Matrix::key, &w.key, &w.key_bias},
                                              {"value", Matrix::value, &w.value, &w.value_bias},
                                              {"output", Matrix::output, &w.output, nullptr},
                                              {"gate", Matrix::gate, &w.gate, nullptr},
                                              {"up", Matrix::up, &w.up, nullptr},
                                              {"down", Matrix::down, &w.down, nullptr}}) {
      expect_right(fmt::format("{} {}", name, layer), *weight, found.matrices.at({layer, matrix}));
      // Without rotation a key's bias changes all scores of a query equally; with it, nearly equally.
      if (bias && bias->defined() && matrix != Matrix::key)
        expect_right(fmt::format("{} bias {}", name, layer), *bias, found.biases.at({layer, matrix}));
    }
    for (auto [name, norm, weight] : {std::tuple{"attention norm", Norm::attention, &w.attention_norm},
                                      {"query norm", Norm::query, &w.query_norm},
                                      {"key norm", Norm::key, &w.key_norm},
                                      {"mlp norm", Norm::mlp, &w.mlp_norm}}) {
      if (weight->defined()) expect_right(fmt::format("{} {}", name, layer), *weight, found.norms.at({layer, norm}));
    }
  }
  expect_right("final norm", store_.final_norm_weight, found.norms.at({-1, Norm::final}));
  expect_right("unembedding", store_.unembedding, found.tiles.at(0));
  expect_right("embedding", store_.embedding, found.embedded);
}

/// Dropout: some heads of some dialogues give 0, others are scaled up.
TEST_P(Gradients, GoThroughFactorsOfHeadsOutputs) {
  const std::int64_t heads = store_.config().heads;
  const HeadFactors factors = [heads](std::int64_t layer, const IndexedDialogue& member) {
    return test::random_tensor({heads}, at::kFloat, {1, 0.5}, Random(1, fmt::format("{} {}", layer, member.index)));
  };
  AllGradients kept, again, without;
  const double expected = loss(kept, plenty, factors);
  EXPECT_EQ(loss(again, 0, factors), expected);
  EXPECT_NE(loss(without), expected);
  for (const auto& [name, gradient] : kept.matrices) EXPECT_TRUE(at::equal(gradient, again.matrices.at(name)));
  for (auto [name, matrix, weight] : {std::tuple{"query", Matrix::query, &store_.layers[1].query},
                                      {"value", Matrix::value, &store_.layers[1].value},
                                      {"output", Matrix::output, &store_.layers[1].output}})
    expect_right(name, *weight, kept.matrices.at({1, matrix}), factors);
}

TEST_P(Gradients, OfSlicesAreThoseRowsAndColumns) {
  TuneOptions options;
  options.train_kv = options.train_bias = true;
  const transformer::ModelConfig& config = store_.config();
  const auto slices = head_slices(config, {{0, 1}, {1, 3}, {1, 0}, {2, 2}}, options);
  SliceGradients found(config, slices);
  found.start(initial_values(store_, slices));
  AllGradients all;
  const double with_slices = loss(found), with_all = loss(all);
  EXPECT_EQ(with_slices, with_all);
  for (std::size_t i = 0; i < slices.size(); ++i) {
    LayerWeights whole;
    whole.query = all.matrices[{slices[i].layer, Matrix::query}];
    whole.key = all.matrices[{slices[i].layer, Matrix::key}];
    whole.value = all.matrices[{slices[i].layer, Matrix::value}];
    whole.output = all.matrices[{slices[i].layer, Matrix::output}];
    whole.query_bias = all.biases[{slices[i].layer, Matrix::query}];
    whole.key_bias = all.biases[{slices[i].layer, Matrix::key}];
    whole.value_bias = all.biases[{slices[i].layer, Matrix::value}];
    const at::Tensor expected = cut(whole, config, slices[i]);
    EXPECT_EQ(found.sums()[i].sizes(), at::IntArrayRef(shape_of(slices[i], config))) << slices[i].name();
    EXPECT_LE((found.sums()[i] - expected).abs().max().item<double>(), 1e-14) << slices[i].name();
  }
}

/// From no tapes kept to all tapes kept: tapes that are not kept are computed again.
TEST_P(Gradients, AreTheSameBitsWithAndWithoutKeptTapes) {
  AllGradients kept;
  const double expected = loss(kept);
  const double tape = 24.0 * static_cast<double>(transformer::tape_row_bytes(store_.config(), 8, 8));
  for (const double bytes : {0.0, 2.5 * tape}) {
    AllGradients again;
    EXPECT_EQ(loss(again, bytes), expected);
    for (const auto& [name, gradient] : kept.matrices) EXPECT_TRUE(at::equal(gradient, again.matrices.at(name)));
    for (const auto& [name, gradient] : kept.norms) EXPECT_TRUE(at::equal(gradient, again.norms.at(name)));
  }
}

INSTANTIATE_TEST_SUITE_P(Small, Gradients, testing::ValuesIn(test::small_models_of_both_statistics()),
                         [](const auto& c) { return c.param.name; });

}  // namespace
}  // namespace pinpoint::tuning
