#include "model/llama.h"

#include <fmt/format.h>

namespace pinpoint::model::llama {
namespace {

/// Always a copy: what `read` gives may be a view of a mapped file.
at::Tensor copy_of(const at::Tensor& tensor, const at::TensorOptions& options) {
  return tensor.to(options, /*non_blocking=*/false, /*copy=*/true).contiguous();
}

at::TensorOptions norms(const at::TensorOptions& matrices) { return matrices.dtype(at::kFloat); }

}  // namespace

LayerWeights read_layer(TensorSource& source, const ModelConfig& c, std::int64_t layer,
                        const at::TensorOptions& matrices) {
  const auto read = [&](const char* name, std::vector<std::int64_t> shape, const at::TensorOptions& options) {
    return copy_of(source.read(fmt::format("model.layers.{}.{}.weight", layer, name), shape), options);
  };
  return {
      .attention_norm = read("input_layernorm", {c.width}, norms(matrices)),
      .query = read("self_attn.q_proj", {c.heads_width(), c.width}, matrices),
      .key = read("self_attn.k_proj", {c.kv_width(), c.width}, matrices),
      .value = read("self_attn.v_proj", {c.kv_width(), c.width}, matrices),
      .output = read("self_attn.o_proj", {c.width, c.heads_width()}, matrices),
      .mlp_norm = read("post_attention_layernorm", {c.width}, norms(matrices)),
      .gate = read("mlp.gate_proj", {c.mlp_width, c.width}, matrices),
      .up = read("mlp.up_proj", {c.mlp_width, c.width}, matrices),
      .down = read("mlp.down_proj", {c.width, c.mlp_width}, matrices),
  };
}

at::Tensor read_embedding(TensorSource& source, const ModelConfig& c, const at::TensorOptions& matrices) {
  return copy_of(source.read("model.embed_tokens.weight", {c.vocabulary, c.width}), matrices);
}

at::Tensor read_unembedding(TensorSource& source, const ModelConfig& c, const at::TensorOptions& matrices) {
  return copy_of(source.read("lm_head.weight", {c.vocabulary, c.width}), matrices);
}

at::Tensor read_final_norm(TensorSource& source, const ModelConfig& c, const at::TensorOptions& matrices) {
  return copy_of(source.read("model.norm.weight", {c.width}), norms(matrices));
}

}  // namespace pinpoint::model::llama
