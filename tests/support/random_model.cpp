#include "support/random_model.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <string>
#include <vector>

#include "io/model_config_file.h"
#include "io/safetensors_writer.h"
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

std::vector<Weight> layer_weights(const model::ModelConfig& c, std::int64_t layer) {
  const auto name = [&](const char* part) { return fmt::format("model.layers.{}.{}.weight", layer, part); };
  return {norm(name("input_layernorm"), c.width),
          projection(name("self_attn.q_proj"), c.heads_width(), c.width),
          projection(name("self_attn.k_proj"), c.kv_width(), c.width),
          projection(name("self_attn.v_proj"), c.kv_width(), c.width),
          projection(name("self_attn.o_proj"), c.width, c.heads_width()),
          norm(name("post_attention_layernorm"), c.width),
          projection(name("mlp.gate_proj"), c.mlp_width, c.width),
          projection(name("mlp.up_proj"), c.mlp_width, c.width),
          projection(name("mlp.down_proj"), c.width, c.mlp_width)};
}

std::vector<Weight> weights(const model::ModelConfig& c) {
  // A tied embedding is also the unembedding, and as such a projection.
  const Weight unembedding = projection("lm_head.weight", c.vocabulary, c.width);
  const double embedding_deviation = c.tied_embeddings ? unembedding.distribution.deviation : 1;
  std::vector<Weight> all{{"model.embed_tokens.weight", {c.vocabulary, c.width}, {0, embedding_deviation}}};
  for (std::int64_t layer = 0; layer < c.layers; ++layer)
    for (Weight& weight : layer_weights(c, layer)) all.push_back(std::move(weight));
  all.push_back(norm("model.norm.weight", c.width));
  if (!c.tied_embeddings) all.push_back(unembedding);
  return all;
}

void write_file(const std::filesystem::path& path, const std::vector<Weight>& part, const RandomLlama& llama) {
  io::SafetensorsWriter::Tensors entries;
  for (const Weight& weight : part)
    entries.emplace_back(weight.name, io::TensorEntry{.dtype = llama.dtype, .shape = weight.shape});
  io::SafetensorsWriter writer(path, std::move(entries), {{"format", "pt"}});
  for (const Weight& weight : part)
    writer.add(random_tensor(weight.shape, llama.dtype, weight.distribution, Random(llama.seed, weight.name)));
  writer.commit();
}

void write_shards(const std::filesystem::path& directory, const std::vector<Weight>& all, const RandomLlama& llama) {
  json weight_map;
  for (std::int64_t shard = 0; shard < llama.shards; ++shard) {
    const auto boundary = [&](std::int64_t s) { return static_cast<std::int64_t>(all.size()) * s / llama.shards; };
    const std::vector<Weight> part(all.begin() + boundary(shard), all.begin() + boundary(shard + 1));
    const std::string name = fmt::format("model-{:05}-of-{:05}.safetensors", shard + 1, llama.shards);
    write_file(directory / name, part, llama);
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

void write_random_llama(const std::filesystem::path& directory, const RandomLlama& llama) {
  std::filesystem::create_directories(directory);
  write_text(directory / "config.json", io::format_model_config(llama.shape, llama.dtype));
  if (llama.shards == 1)
    write_file(directory / "model.safetensors", weights(llama.shape), llama);
  else
    write_shards(directory, weights(llama.shape), llama);
}

}  // namespace pinpoint::test
