#include "model/transformer/architecture.h"

#include <algorithm>
#include <array>

namespace pinpoint::transformer {
namespace {

constexpr TensorNames llama_names{.embedding = "model.embed_tokens",
                                  .layers = "model.layers",
                                  .final_norm = "model.norm",
                                  .unembedding = "lm_head",
                                  .attention_norm = "input_layernorm",
                                  .query = "self_attn.q_proj",
                                  .key = "self_attn.k_proj",
                                  .value = "self_attn.v_proj",
                                  .output = "self_attn.o_proj",
                                  .mlp_norm = "post_attention_layernorm",
                                  .gate = "mlp.gate_proj",
                                  .up = "mlp.up_proj",
                                  .down = "mlp.down_proj",
                                  .query_norm = "self_attn.q_norm",
                                  .key_norm = "self_attn.k_norm"};

/// Qwen-1 computes c_proj(w1(x) * silu(w2(x))).
constexpr TensorNames qwen_names{.embedding = "transformer.wte",
                                 .layers = "transformer.h",
                                 .final_norm = "transformer.ln_f",
                                 .unembedding = "lm_head",
                                 .attention_norm = "ln_1",
                                 .query = "attn.c_attn",
                                 .key = "attn.c_attn",
                                 .value = "attn.c_attn",
                                 .output = "attn.c_proj",
                                 .mlp_norm = "ln_2",
                                 .gate = "mlp.w2",
                                 .up = "mlp.w1",
                                 .down = "mlp.c_proj"};

constexpr std::array<Family, 5> families{{
    {.architecture = Architecture::llama, .model_type = "llama", .names = llama_names},
    {.architecture = Architecture::mistral, .model_type = "mistral", .names = llama_names},
    {.architecture = Architecture::qwen,
     .model_type = "qwen",
     .names = qwen_names,
     .projections = Projections::fused,
     .projection_biases = true},
    {.architecture = Architecture::qwen2, .model_type = "qwen2", .names = llama_names, .projection_biases = true},
    {.architecture = Architecture::qwen3, .model_type = "qwen3", .names = llama_names, .head_norms = true},
}};

}  // namespace

const Family& family_of(Architecture architecture) {
  return *std::find_if(families.begin(), families.end(),
                       [&](const Family& family) { return family.architecture == architecture; });
}

const Family* find_family(std::string_view model_type) {
  const auto found = std::find_if(families.begin(), families.end(),
                                  [&](const Family& family) { return family.model_type == model_type; });
  return found == families.end() ? nullptr : &*found;
}

std::vector<std::string_view> model_types() {
  std::vector<std::string_view> types;
  for (const Family& family : families) types.push_back(family.model_type);
  return types;
}

}  // namespace pinpoint::transformer
