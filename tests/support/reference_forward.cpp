#include "support/reference_forward.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "support/shared.h"

namespace pinpoint::test {
namespace {

at::Tensor times(const at::Tensor& x, const at::Tensor& matrix) { return at::matmul(x, matrix.t()); }

}  // namespace

ReferenceForward::ReferenceForward(const std::filesystem::path& folder)
    : config_(nlohmann::json::parse(read_text(folder / "config.json"))), file_(folder / "model.safetensors"),
      is_qwen_(config_["model_type"] == "qwen"), layers_(config_["num_hidden_layers"]),
      heads_(config_["num_attention_heads"]), groups_(config_.value("num_key_value_heads", heads_)),
      width_(is_qwen_ ? config_["kv_channels"].get<std::int64_t>()
                      : config_.value("head_dim", config_["hidden_size"].get<std::int64_t>() / heads_)) {}

at::Tensor ReferenceForward::weight(const std::string& name) const { return file_.tensor(name).to(at::kDouble); }

at::Tensor ReferenceForward::layer_weight(std::int64_t layer, const char* llama_name, const char* qwen_name) const {
  return weight(is_qwen_ ? fmt::format("transformer.h.{}.{}.weight", layer, qwen_name)
                         : fmt::format("model.layers.{}.{}.weight", layer, llama_name));
}

at::Tensor ReferenceForward::project(std::int64_t layer, int part, const at::Tensor& n) const {
  if (is_qwen_) {
    const std::string name = fmt::format("transformer.h.{}.attn.c_attn", layer);
    return (times(n, weight(name + ".weight")) + weight(name + ".bias")).chunk(3, 1)[static_cast<std::size_t>(part)];
  }
  const std::string name = fmt::format("model.layers.{}.self_attn.{}_proj", layer, "qkv"[part]);
  const at::Tensor projected = times(n, weight(name + ".weight"));
  return config_["model_type"] == "qwen2" ? projected + weight(name + ".bias") : projected;
}

at::Tensor ReferenceForward::norm(const at::Tensor& x, const at::Tensor& weight) const {
  const double epsilon = config_[is_qwen_ ? "layer_norm_epsilon" : "rms_norm_eps"];
  return x / (x.square().mean(-1, true) + epsilon).sqrt() * weight;
}

double ReferenceForward::frequency(std::int64_t i, std::int64_t length) const {
  double base = config_[is_qwen_ ? "rotary_emb_base" : "rope_theta"];
  const auto e = static_cast<double>(width_);
  if (is_qwen_ && config_["use_dynamic_ntk"] && length > config_["seq_length"]) {
    const double context = std::log2(static_cast<double>(length) / config_["seq_length"].get<double>()) + 1;
    base *= std::pow(std::max(std::pow(2, std::ceil(context)) - 1, 1.0), e / (e - 2));
  }
  const double own = std::pow(base, -2 * static_cast<double>(i) / e);
  if (!config_.contains("rope_scaling") || config_["rope_scaling"].is_null()) return own;
  const auto& scaling = config_["rope_scaling"];
  const double factor = scaling["factor"], low = scaling["low_freq_factor"], high = scaling["high_freq_factor"];
  const double original = scaling["original_max_position_embeddings"], wavelength = 2 * std::numbers::pi / own;
  if (wavelength > original / low) return own / factor;
  if (wavelength < original / high) return own;
  const double smooth = (original / wavelength - low) / (high - low);
  return (1 - smooth) * own / factor + smooth * own;
}

/// One head's queries or keys [T, e].
at::Tensor ReferenceForward::rotate(const at::Tensor& head, std::int64_t length) const {
  const std::int64_t half = width_ / 2;
  const at::Tensor positions = at::arange(length, at::kDouble);
  std::vector<at::Tensor> first, second;  // e/2 of [T]: both elements of every pair
  for (std::int64_t i = 0; i < half; ++i) {
    const at::Tensor angle = positions * frequency(i, length), a = head.select(1, i), b = head.select(1, i + half);
    first.push_back(a * angle.cos() - b * angle.sin());
    second.push_back(b * angle.cos() + a * angle.sin());
  }
  return at::cat({at::stack(first, 1), at::stack(second, 1)}, 1);
}

bool ReferenceForward::sees(std::int64_t layer, std::int64_t query, std::int64_t key) const {
  if (key > query) return false;
  const bool from_a_layer_on = config_.value("use_sliding_window", false) && layer >= config_["max_window_layers"];
  const bool everywhere = config_["model_type"] == "mistral" && !config_["sliding_window"].is_null();
  return !(from_a_layer_on || everywhere) || query - key < config_["sliding_window"];
}

/// Outputs of all heads, [T, H*e].
at::Tensor ReferenceForward::heads(std::int64_t layer, const at::Tensor& n) const {
  const std::int64_t length = n.size(0);
  const at::Tensor q = project(layer, 0, n), k = project(layer, 1, n), v = project(layer, 2, n);
  std::vector<at::Tensor> outputs;
  for (std::int64_t h = 0; h < heads_; ++h) {
    const std::int64_t g = h / (heads_ / groups_);
    at::Tensor query = q.narrow(1, h * width_, width_), key = k.narrow(1, g * width_, width_);
    if (config_["model_type"] == "qwen3") {
      query = norm(query, layer_weight(layer, "self_attn.q_norm", ""));
      key = norm(key, layer_weight(layer, "self_attn.k_norm", ""));
    }
    query = rotate(query, length);
    at::Tensor scores = at::matmul(query, rotate(key, length).t()) / std::sqrt(static_cast<double>(width_));
    for (std::int64_t i = 0; i < length; ++i) {
      if (is_qwen_ && config_["use_logn_attn"] && i + 1 > config_["seq_length"])
        scores[i] *= std::log(static_cast<double>(i + 1)) / std::log(config_["seq_length"].get<double>());
      for (std::int64_t j = 0; j < length; ++j)
        if (!sees(layer, i, j)) scores[i][j] = -std::numeric_limits<double>::infinity();
    }
    outputs.push_back(at::matmul(at::softmax(scores, -1), v.narrow(1, g * width_, width_)));
  }
  return at::cat(outputs, 1);
}

at::Tensor ReferenceForward::run(const text::TokenIds& ids, const Hooks& hooks) const {
  at::Tensor x =
      weight(is_qwen_ ? "transformer.wte.weight" : "model.embed_tokens.weight").index_select(0, at::tensor(ids));
  for (std::int64_t layer = 0; layer < layers_; ++layer) {
    at::Tensor n = norm(x, layer_weight(layer, "input_layernorm", "ln_1"));
    if (hooks.attention_input) hooks.attention_input(layer, n);
    at::Tensor z = heads(layer, n);
    if (hooks.head_output) hooks.head_output(layer, z);
    x = x + times(z, layer_weight(layer, "self_attn.o_proj", "attn.c_proj"));
    n = norm(x, layer_weight(layer, "post_attention_layernorm", "ln_2"));
    const at::Tensor gate = times(n, layer_weight(layer, "mlp.gate_proj", "mlp.w2"));
    const at::Tensor up = times(n, layer_weight(layer, "mlp.up_proj", "mlp.w1"));
    x = x + times(gate * at::sigmoid(gate) * up, layer_weight(layer, "mlp.down_proj", "mlp.c_proj"));
    if (hooks.layer_output) hooks.layer_output(layer, x);
  }
  x = norm(x, weight(is_qwen_ ? "transformer.ln_f.weight" : "model.norm.weight"));
  return times(x, weight(config_["tie_word_embeddings"] ? "model.embed_tokens.weight" : "lm_head.weight"));
}

at::Tensor ReferenceForward::logits(const text::TokenIds& ids) const { return run(ids, {}); }

at::Tensor ReferenceForward::residuals(const text::TokenIds& ids) const {
  std::vector<at::Tensor> after;
  run(ids, {nullptr, nullptr, [&](std::int64_t, at::Tensor& x) { after.push_back(x.clone()); }});
  return at::stack(after);
}

at::Tensor ReferenceForward::patched_logits(const text::TokenIds& reference, const text::TokenIds& counterfactual,
                                            HeadId head) const {
  std::vector<at::Tensor> held, given;  // at END: inputs of A's attention, outputs of B's heads
  run(reference, {[&](std::int64_t, at::Tensor& input) { held.push_back(input[-1].clone()); }, nullptr, nullptr});
  run(counterfactual, {nullptr, [&](std::int64_t, at::Tensor& z) { given.push_back(z[-1].clone()); }, nullptr});
  const auto hold = [&](std::int64_t layer, at::Tensor& input) {
    if (layer > head.layer) input[-1].copy_(held[static_cast<std::size_t>(layer)]);
  };
  const auto patch = [&](std::int64_t layer, at::Tensor& z) {
    if (layer == head.layer)
      z[-1]
          .narrow(0, head.head * width_, width_)
          .copy_(given[static_cast<std::size_t>(layer)].narrow(0, head.head * width_, width_));
  };
  return run(reference, {hold, patch, nullptr})[-1];
}

}  // namespace pinpoint::test
