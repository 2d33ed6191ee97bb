#include "support/random_model.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <string>
#include <vector>

#include "io/safetensors_writer.h"
#include "support/model_json.h"
#include "support/random_tensor.h"
#include "support/shared.h"

namespace pinpoint::test {
namespace {

using nlohmann::json;

struct Weight {
  std::string name;
  std::vector<std::int64_t> shape;
  Distribution distribution;
};

Weight projection(std::string name, std::int64_t out, std::int64_t in) {
  return {std::move(name), {out, in}, {0, 1 / std::sqrt(static_cast<double>(in))}};
}

Weight norm(std::string name, std::int64_t width) { return {std::move(name), {width}, {1, 0.1}}; }

Weight bias(std::string name, std::int64_t rows) { return {std::move(name), {rows}, {0, 0.3}}; }

/// Families whose layers carry Llama's names.
std::vector<Weight> llama_layer(const model::ModelConfig& c, std::int64_t layer) {
  const auto name = [&](const char* part) { return fmt::format("model.layers.{}.{}.weight", layer, part); };
  std::vector<Weight> all{norm(name("input_layernorm"), c.width),
                          projection(name("self_attn.q_proj"), c.heads_width(), c.width),
                          projection(name("self_attn.k_proj"), c.kv_width(), c.width),
                          projection(name("self_attn.v_proj"), c.kv_width(), c.width),
                          projection(name("self_attn.o_proj"), c.width, c.heads_width()),
                          norm(name("post_attention_layernorm"), c.width),
                          projection(name("mlp.gate_proj"), c.mlp_width, c.width),
                          projection(name("mlp.up_proj"), c.mlp_width, c.width),
                          projection(name("mlp.down_proj"), c.width, c.mlp_width)};
  if (c.architecture == model::Architecture::qwen2) {
    all.push_back(bias(fmt::format("model.layers.{}.self_attn.q_proj.bias", layer), c.heads_width()));
    all.push_back(bias(fmt::format("model.layers.{}.self_attn.k_proj.bias", layer), c.kv_width()));
    all.push_back(bias(fmt::format("model.layers.{}.self_attn.v_proj.bias", layer), c.kv_width()));
  }
  if (c.architecture == model::Architecture::qwen3) {
    all.push_back(norm(name("self_attn.q_norm"), c.head_width));
    all.push_back(norm(name("self_attn.k_norm"), c.head_width));
  }
  return all;
}

std::vector<Weight> qwen_layer(const model::ModelConfig& c, std::int64_t layer) {
  const auto name = [&](const char* part) { return fmt::format("transformer.h.{}.{}", layer, part); };
  return {norm(name("ln_1.weight"), c.width),
          projection(name("attn.c_attn.weight"), 3 * c.heads_width(), c.width),
          bias(name("attn.c_attn.bias"), 3 * c.heads_width()),
          projection(name("attn.c_proj.weight"), c.width, c.heads_width()),
          norm(name("ln_2.weight"), c.width),
          projection(name("mlp.w1.weight"), c.mlp_width, c.width),
          projection(name("mlp.w2.weight"), c.mlp_width, c.width),
          projection(name("mlp.c_proj.weight"), c.width, c.mlp_width)};
}

std::vector<Weight> weights(const model::ModelConfig& c) {
  const bool is_qwen = c.architecture == model::Architecture::qwen;
  // A tied embedding is also the unembedding, and as such a projection.
  const Weight unembedding = projection("lm_head.weight", c.vocabulary, c.width);
  const double embedding_deviation = c.tied_embeddings ? unembedding.distribution.deviation : 1;
  std::vector<Weight> all{{is_qwen ? "transformer.wte.weight" : "model.embed_tokens.weight",
                           {c.vocabulary, c.width},
                           {0, embedding_deviation}}};
  for (std::int64_t layer = 0; layer < c.layers; ++layer)
    for (Weight& weight : is_qwen ? qwen_layer(c, layer) : llama_layer(c, layer)) all.push_back(std::move(weight));
  all.push_back(norm(is_qwen ? "transformer.ln_f.weight" : "model.norm.weight", c.width));
  if (!c.tied_embeddings) all.push_back(unembedding);
  return all;
}

void write_file(const std::filesystem::path& path, const std::vector<Weight>& part, const RandomModel& model) {
  io::SafetensorsWriter::Tensors entries;
  for (const Weight& weight : part)
    entries.emplace_back(weight.name, io::TensorEntry{.dtype = model.dtype, .shape = weight.shape});
  io::SafetensorsWriter writer(path, std::move(entries), {{"format", "pt"}});
  for (const Weight& weight : part)
    writer.add(random_tensor(weight.shape, model.dtype, weight.distribution, Random(model.seed, weight.name)));
  writer.commit();
}

void write_shards(const std::filesystem::path& directory, const std::vector<Weight>& all, const RandomModel& model) {
  json weight_map;
  for (std::int64_t shard = 0; shard < model.shards; ++shard) {
    const auto boundary = [&](std::int64_t s) { return static_cast<std::int64_t>(all.size()) * s / model.shards; };
    const std::vector<Weight> part(all.begin() + boundary(shard), all.begin() + boundary(shard + 1));
    const std::string name = fmt::format("model-{:05}-of-{:05}.safetensors", shard + 1, model.shards);
    write_file(directory / name, part, model);
    for (const Weight& weight : part) weight_map[weight.name] = name;
  }
  const json index = {{"metadata", json::object()}, {"weight_map", weight_map}};
  write_text(directory / "model.safetensors.index.json", index.dump(2) + "\n");
}

}  // namespace

model::ModelConfig small_llama() {
  return {.layers = 3,
          .heads = 4,
          .kv_heads = 2,
          .width = 32,
          .head_width = 8,
          .mlp_width = 44,
          .vocabulary = 96,
          .max_positions = 128};
}

std::vector<NamedModel> small_models() {
  const model::ModelConfig llama = small_llama();
  model::ModelConfig llama3 = llama;
  llama3.rope_theta = 500000;
  llama3.rope_scaling = model::Llama3Scaling{.factor = 8, .low_factor = 1, .high_factor = 4, .original_positions = 32};
  model::ModelConfig mistral = llama;
  mistral.architecture = model::Architecture::mistral;
  mistral.sliding_window = model::SlidingWindow{5};
  model::ModelConfig qwen = llama;
  qwen.architecture = model::Architecture::qwen;
  qwen.kv_heads = qwen.heads;
  qwen.long_prompts = model::LongPrompts{.trained_positions = 6, .dynamic_ntk = true, .logn_attention = true};
  model::ModelConfig qwen2 = llama;
  qwen2.architecture = model::Architecture::qwen2;
  qwen2.tied_embeddings = true;
  qwen2.sliding_window = model::SlidingWindow{.width = 4, .first_layer = 1};
  model::ModelConfig qwen3 = llama;
  qwen3.architecture = model::Architecture::qwen3;
  qwen3.head_width = 12;
  return {{"llama", llama}, {"llama3", llama3}, {"mistral", mistral},
          {"qwen", qwen},   {"qwen2", qwen2},   {"qwen3", qwen3}};
}

void write_random_model(const std::filesystem::path& directory, const RandomModel& model) {
  std::filesystem::create_directories(directory);
  write_text(directory / "config.json", published_config(model.shape, model.dtype));
  if (model.shards == 1)
    write_file(directory / "model.safetensors", weights(model.shape), model);
  else
    write_shards(directory, weights(model.shape), model);
}

}  // namespace pinpoint::test
