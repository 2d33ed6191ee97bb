/// \file
/// Single modules and whole one-layer models against values that other programs saved as raw tensors in one file.
#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <map>
#include <numeric>

#include "model/transformer/attention.h"
#include "model/transformer/mlp.h"
#include "model/transformer/rms_norm.h"
#include "model/transformer/transformer.h"
#include "model/weights/sharded_store.h"
#include "support/shared.h"

namespace pinpoint::transformer {
namespace {

const c10::Device cpu_device(c10::DeviceType::CPU);

class RawTensors {
 public:
  explicit RawTensors(const std::string& file) : bytes_(test::read_text(test::shared(file))) {}

  /// The next one of the file.
  at::Tensor take(const std::vector<std::int64_t>& shape, at::ScalarType type = at::kFloat) {
    const std::int64_t bytes = std::accumulate(shape.begin(), shape.end(), std::int64_t{4}, std::multiplies<>());
    EXPECT_LE(at_ + bytes, static_cast<std::int64_t>(bytes_.size()));
    const at::Tensor tensor = at::from_blob(bytes_.data() + at_, shape, type).clone();
    at_ += bytes;
    return tensor;
  }
  bool at_end() const { return at_ == static_cast<std::int64_t>(bytes_.size()); }

 private:
  std::string bytes_;
  std::int64_t at_ = 0;
};

/// Tensors by name, like those of a model's files.
class NamedTensors final : public weights::TensorSource {
 public:
  explicit NamedTensors(std::map<std::string, at::Tensor> tensors) : tensors_(std::move(tensors)) {}
  at::Tensor read(const std::string& name, const std::vector<std::int64_t>& shape) override {
    EXPECT_EQ(tensors_.at(name).sizes().vec(), shape) << name;
    return tensors_.at(name);
  }
  bool contains(const std::string& name) const override { return tensors_.count(name) > 0; }

 private:
  std::map<std::string, at::Tensor> tensors_;
};

void expect_close(const at::Tensor& found, const at::Tensor& saved) {
  EXPECT_LE((found - saved).abs().max().item<double>(), std::max(1e-6, 1e-5 * saved.abs().max().item<double>()));
}

class SavedModules : public testing::TestWithParam<const char*> {
 protected:
  std::string file(const char* name) const { return std::string("data/models/") + GetParam() + "/" + name; }
};

TEST_P(SavedModules, RmsNorm) {
  PINPOINT_NEEDS_SHARED(file("rms_norm.data"));
  RawTensors raw(file("rms_norm.data"));
  const at::Tensor weight = raw.take({64}), x = raw.take({3, 64}), y = raw.take({3, 64});
  ASSERT_TRUE(raw.at_end());
  expect_close(rms_norm(x, weight, 1e-6), y);
}

TEST_P(SavedModules, Linear) {
  PINPOINT_NEEDS_SHARED(file("linear.data"));
  RawTensors raw(file("linear.data"));
  const bool is_qwen = std::string(GetParam()) == "qwen1_modules";
  const std::int64_t in = is_qwen ? 32 : 64, out = is_qwen ? 16 : 32;
  const at::Tensor weight = raw.take({out, in}), bias = raw.take({out});
  const at::Tensor x = raw.take({2, in}), y = raw.take({2, out});
  expect_close(Products{}(x, weight) + bias, y);
  if (is_qwen) return;
  const at::Tensor row = raw.take({1, in});
  expect_close(Products{}(row, weight) + bias, raw.take({1, out}));
  ASSERT_TRUE(raw.at_end());
}

INSTANTIATE_TEST_SUITE_P(Programs, SavedModules, testing::Values("qwen1_modules", "llama_arch_forward"),
                         [](const auto& c) { return std::string(c.param); });

TEST(SavedQwen, Embedding) {
  PINPOINT_NEEDS_SHARED("data/models/qwen1_modules/qwen7b_wte.data");
  RawTensors raw("data/models/qwen1_modules/qwen7b_wte.data");
  const at::Tensor weight = raw.take({48, 256});
  const at::Tensor ids = raw.take({3}, at::kInt), y = raw.take({3, 256});
  ASSERT_TRUE(raw.at_end());
  NamedTensors source({{"transformer.wte.weight", weight}, {"transformer.ln_f.weight", at::ones({256})}});
  weights::ShardedStore store(
      {.architecture = Architecture::qwen, .width = 256, .vocabulary = 48, .tied_embeddings = true}, source,
      {.dtype = DType::float32});
  expect_close(Transformer(store).embed(ids.to(at::kLong)), y);
}

TEST(SavedQwen, Attention) {
  PINPOINT_NEEDS_SHARED("data/models/qwen1_modules/qwen7b_attn.data");
  RawTensors raw("data/models/qwen1_modules/qwen7b_attn.data");
  const ModelConfig config{.architecture = Architecture::qwen, .heads = 8, .kv_heads = 8, .width = 32, .head_width = 4};
  const auto matrices = raw.take({96, 32}).chunk(3), biases = raw.take({96}).chunk(3);
  const LayerWeights weights{.attention_norm = at::ones({32}),
                             .query = matrices[0],
                             .key = matrices[1],
                             .value = matrices[2],
                             .query_bias = biases[0],
                             .key_bias = biases[1],
                             .value_bias = biases[2],
                             .query_norm = {},
                             .key_norm = {},
                             .output = raw.take({32, 32}),
                             .mlp_norm = {},
                             .gate = {},
                             .up = {},
                             .down = {}};
  const at::Tensor x = raw.take({3, 32}), y = raw.take({3, 32});
  ASSERT_TRUE(raw.at_end());
  // The saved module has no norm before it.
  const auto skip_norm = [&](HookPoint point, at::Tensor& activation) {
    if (point.site == Site::attention_input) activation = x;
  };
  const Stack stack = make_stack({{.rows = 3}}, Rotary(config, cpu_device));
  expect_close(attention(weights, config, 0, x, stack, skip_norm, {}), y);
}

TEST(SavedQwen, Mlp) {
  PINPOINT_NEEDS_SHARED("data/models/qwen1_modules/qwen7b_mlp.data");
  RawTensors raw("data/models/qwen1_modules/qwen7b_mlp.data");
  const ModelConfig config{.architecture = Architecture::qwen, .width = 32, .mlp_width = 48, .norm_epsilon = 1e-6};
  LayerWeights weights;
  weights.up = raw.take({48, 32});    // w1
  weights.gate = raw.take({48, 32});  // w2
  weights.down = raw.take({32, 48});
  const at::Tensor x = raw.take({3, 32}), y = raw.take({3, 32});
  ASSERT_TRUE(raw.at_end());
  // The saved module has no norm before it, so the norm's weight multiplies by what the norm divides by.
  for (std::int64_t row = 0; row < 3; ++row) {
    const at::Tensor one = x.narrow(0, row, 1);
    weights.mlp_norm = at::ones({32}) * (one.square().mean() + config.norm_epsilon).sqrt();
    expect_close(mlp(weights, config, 0, one, {}, {}), y.narrow(0, row, 1));
  }
}

/// Layer 0, embedding and norms of a small model that ends at its final norm. The files of these programs have no
/// names.
struct SmallModel {
  static constexpr std::int64_t width = 32, mlp_width = 96, vocabulary = 5;

  /// The output of the final norm, which a unit matrix as unembedding returns as logits.
  at::Tensor run(Architecture architecture, std::map<std::string, at::Tensor> tensors, const Hook& hook) const {
    const TensorNames& names = family_of(architecture).names;
    const std::string embedding = std::string(names.embedding) + ".weight";
    tensors[embedding] = at::cat({tensors.at(embedding), at::zeros({width - vocabulary, width})});
    tensors["lm_head.weight"] = at::eye(width);
    NamedTensors source(std::move(tensors));
    const ModelConfig config{.architecture = architecture,
                             .layers = 1,
                             .heads = 8,
                             .kv_heads = 8,
                             .width = width,
                             .head_width = 4,
                             .mlp_width = mlp_width,
                             .vocabulary = width,
                             .norm_epsilon = 1e-6};
    weights::ShardedStore store(config, source, {.dtype = DType::float32});
    return Transformer(store).logits(at::tensor({0, 1, 2, 3, 4}, at::kLong), hook);
  }

  /// Three tokens at once and two more, one after the other: the rest of the file.
  static at::Tensor saved_outputs(RawTensors& raw) {
    std::vector<at::Tensor> outputs;
    for (const std::int64_t tokens : {3, 1, 1}) {
      raw.take({tokens}, at::kInt);
      outputs.push_back(raw.take({tokens, width}));
    }
    return at::cat(outputs);
  }
};

TEST(SavedForward, Baichuan7B) {
  PINPOINT_NEEDS_SHARED("data/models/llama_arch_forward/baichuan7b_model.data");
  RawTensors raw("data/models/llama_arch_forward/baichuan7b_model.data");
  constexpr std::int64_t d = SmallModel::width, f = SmallModel::mlp_width;
  std::map<std::string, at::Tensor> tensors;
  tensors["model.embed_tokens.weight"] = raw.take({SmallModel::vocabulary, d});
  tensors["model.layers.0.input_layernorm.weight"] = raw.take({d});
  const auto packed = raw.take({3 * d, d}).chunk(3);
  tensors["model.layers.0.self_attn.q_proj.weight"] = packed[0];
  tensors["model.layers.0.self_attn.k_proj.weight"] = packed[1];
  tensors["model.layers.0.self_attn.v_proj.weight"] = packed[2];
  tensors["model.layers.0.self_attn.o_proj.weight"] = raw.take({d, d});
  tensors["model.layers.0.post_attention_layernorm.weight"] = raw.take({d});
  tensors["model.layers.0.mlp.gate_proj.weight"] = raw.take({f, d});
  tensors["model.layers.0.mlp.down_proj.weight"] = raw.take({d, f});
  tensors["model.layers.0.mlp.up_proj.weight"] = raw.take({f, d});
  tensors["model.norm.weight"] = raw.take({d});
  const at::Tensor saved = SmallModel::saved_outputs(raw);
  ASSERT_TRUE(raw.at_end());
  expect_close(SmallModel().run(Architecture::llama, tensors, {}), saved);
}

TEST(SavedForward, InternLM) {
  PINPOINT_NEEDS_SHARED("data/models/llama_arch_forward/internlm_model.data");
  RawTensors raw("data/models/llama_arch_forward/internlm_model.data");
  constexpr std::int64_t d = SmallModel::width, f = SmallModel::mlp_width;
  std::map<std::string, at::Tensor> tensors;  // its fused projections with biases have Qwen-1's layout
  tensors["transformer.wte.weight"] = raw.take({SmallModel::vocabulary, d});
  tensors["transformer.h.0.ln_1.weight"] = raw.take({d});
  tensors["transformer.h.0.attn.c_attn.weight"] = raw.take({3 * d, d});
  tensors["transformer.h.0.attn.c_attn.bias"] = raw.take({3 * d});
  tensors["transformer.h.0.attn.c_proj.weight"] = raw.take({d, d});
  const at::Tensor output_bias = raw.take({d});
  tensors["transformer.h.0.ln_2.weight"] = raw.take({d});
  tensors["transformer.h.0.mlp.w2.weight"] = raw.take({f, d});
  tensors["transformer.h.0.mlp.w1.weight"] = raw.take({f, d});
  tensors["transformer.h.0.mlp.c_proj.weight"] = raw.take({d, f});
  tensors["transformer.ln_f.weight"] = raw.take({d});
  const at::Tensor saved = SmallModel::saved_outputs(raw);
  ASSERT_TRUE(raw.at_end());
  const auto add_bias = [&](HookPoint point, at::Tensor& activation) {  // no family has this bias after the attention
    if (point.site == Site::attention_output) activation += output_bias;
  };
  expect_close(SmallModel().run(Architecture::qwen, tensors, add_bias), saved);
}

}  // namespace
}  // namespace pinpoint::transformer
