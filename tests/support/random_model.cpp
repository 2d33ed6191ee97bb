#include "support/random_model.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/pretrained/safetensors_writer.h"
#include "support/model_json.h"
#include "support/random_tensor.h"
#include "support/shared.h"

namespace pinpoint::test {
namespace {

using nlohmann::json;

using Values = std::variant<Distribution, Uneven>;

/// The rows (dimension 0) or columns (1) of a weight that belong to the outlier channels.
struct Outliers {
  std::int64_t dimension = 0;
  Values values;
};

struct Weight {
  std::string name;
  std::vector<std::int64_t> shape;
  Values values;
  std::optional<Outliers> outliers = std::nullopt;
};

/// 1/sqrt(fan in), so that a product of inputs of size 1 has size 1.
double unit(std::int64_t in) { return 1 / std::sqrt(static_cast<double>(in)); }

Weight projection(std::string name, std::int64_t out, std::int64_t in) {
  return {std::move(name), {out, in}, Distribution{0, unit(in)}};
}

Weight bias(std::string name, std::int64_t rows) { return {std::move(name), {rows}, Distribution{0, 0.3}}; }

std::int64_t outlier_count(const transformer::ModelConfig& c) { return std::min<std::int64_t>(3, c.width / 8); }

/// The weights that depend on the statistics: those that write to the residual stream or read from it.
/// Sizes in a realistic stream: `start` in an ordinary channel, 50 `start` in an outlier.
class Recipe {
 public:
  Recipe(const transformer::ModelConfig& config, Statistics statistics)
      : c_(config), realistic_(statistics == Statistics::realistic), start_(c_.tied_embeddings ? unit(c_.width) : 1) {
    const auto d = static_cast<double>(c_.width), outliers = static_cast<double>(outlier_count(c_));
    stream_ = std::sqrt((d - outliers + outliers * ratio * ratio) / d);
  }

  /// A tied embedding is also the unembedding, and as such a projection.
  Weight embedding(std::string name) const {
    Weight weight{std::move(name), {c_.vocabulary, c_.width}, Distribution{0, start_}};
    if (realistic_) weight.outliers = Outliers{1, Distribution{ratio * start_, 8 * start_}};
    return weight;
  }

  Weight unembedding() const {
    Weight weight = projection("lm_head.weight", c_.vocabulary, c_.width);
    if (realistic_) weight.values = Distribution{0, logits * unit(c_.width)};
    return weight;
  }

  /// The last projection of a branch.
  Weight writer(std::string name, std::int64_t in) const {
    Weight weight = projection(std::move(name), c_.width, in);
    if (!realistic_) return weight;
    const double size = branches * start_ / std::sqrt(2 * static_cast<double>(c_.layers)) * unit(in);
    weight.values = Distribution{0, size};
    weight.outliers = Outliers{0, Distribution{0, ratio * size}};
    return weight;
  }

  /// Of the stream before a branch.
  Weight norm(std::string name) const { return norm(std::move(name), 1, 1); }

  /// A tied embedding's outliers give every logit nearly the same, if any; and the own logit of a token that the
  /// residual stream still holds grows as sqrt(d).
  Weight final_norm(std::string name) const {
    if (!c_.tied_embeddings) return norm(std::move(name));
    const double size = std::min(logits, 18 * unit(c_.width));
    return norm(std::move(name), size, size / ratio);
  }

  Weight head_norm(std::string name) const {
    if (!realistic_) return plain_norm(std::move(name), c_.head_width);
    return {std::move(name), {c_.head_width}, Uneven{1}};
  }

  const transformer::ModelConfig& config() const { return c_; }

 private:
  static constexpr double ratio = 50;      // of an outlier to an ordinary channel
  static constexpr double branches = 0.6;  // what all branches add together, relative to the embedding
  static constexpr double logits = 4.5;    // deviation; the largest of some thousand is four times as large

  static Weight plain_norm(std::string name, std::int64_t width) {
    return {std::move(name), {width}, Distribution{1, 0.1}};
  }

  /// Gives ordinary channels and outliers these sizes.
  Weight norm(std::string name, double ordinary, double outlier) const {
    if (!realistic_) return plain_norm(std::move(name), c_.width);
    return {std::move(name), {c_.width}, Uneven{ordinary * stream_}, Outliers{0, Uneven{outlier * stream_ / ratio}}};
  }

  const transformer::ModelConfig& c_;
  bool realistic_;
  double start_;
  double stream_;  // root mean square of the whole stream, in units of `start`
};

/// Families with the tensor names of Llama.
std::vector<Weight> llama_layer(const Recipe& recipe, std::int64_t layer) {
  const transformer::ModelConfig& c = recipe.config();
  const auto name = [&](const char* part) { return fmt::format("model.layers.{}.{}.weight", layer, part); };
  std::vector<Weight> all{recipe.norm(name("input_layernorm")),
                          projection(name("self_attn.q_proj"), c.heads_width(), c.width),
                          projection(name("self_attn.k_proj"), c.kv_width(), c.width),
                          projection(name("self_attn.v_proj"), c.kv_width(), c.width),
                          recipe.writer(name("self_attn.o_proj"), c.heads_width()),
                          recipe.norm(name("post_attention_layernorm")),
                          projection(name("mlp.gate_proj"), c.mlp_width, c.width),
                          projection(name("mlp.up_proj"), c.mlp_width, c.width),
                          recipe.writer(name("mlp.down_proj"), c.mlp_width)};
  if (c.architecture == transformer::Architecture::qwen2) {
    all.push_back(bias(fmt::format("model.layers.{}.self_attn.q_proj.bias", layer), c.heads_width()));
    all.push_back(bias(fmt::format("model.layers.{}.self_attn.k_proj.bias", layer), c.kv_width()));
    all.push_back(bias(fmt::format("model.layers.{}.self_attn.v_proj.bias", layer), c.kv_width()));
  }
  if (c.architecture == transformer::Architecture::qwen3) {
    all.push_back(recipe.head_norm(name("self_attn.q_norm")));
    all.push_back(recipe.head_norm(name("self_attn.k_norm")));
  }
  return all;
}

std::vector<Weight> qwen_layer(const Recipe& recipe, std::int64_t layer) {
  const transformer::ModelConfig& c = recipe.config();
  const auto name = [&](const char* part) { return fmt::format("transformer.h.{}.{}", layer, part); };
  return {recipe.norm(name("ln_1.weight")),
          projection(name("attn.c_attn.weight"), 3 * c.heads_width(), c.width),
          bias(name("attn.c_attn.bias"), 3 * c.heads_width()),
          recipe.writer(name("attn.c_proj.weight"), c.heads_width()),
          recipe.norm(name("ln_2.weight")),
          projection(name("mlp.w1.weight"), c.mlp_width, c.width),
          projection(name("mlp.w2.weight"), c.mlp_width, c.width),
          recipe.writer(name("mlp.c_proj.weight"), c.mlp_width)};
}

std::vector<Weight> weights(const RandomModel& model) {
  const transformer::ModelConfig& c = model.shape;
  const Recipe recipe(c, model.statistics);
  const bool is_qwen = c.architecture == transformer::Architecture::qwen;
  std::vector<Weight> all{recipe.embedding(is_qwen ? "transformer.wte.weight" : "model.embed_tokens.weight")};
  for (std::int64_t layer = 0; layer < c.layers; ++layer)
    for (Weight& weight : is_qwen ? qwen_layer(recipe, layer) : llama_layer(recipe, layer))
      all.push_back(std::move(weight));
  all.push_back(recipe.final_norm(is_qwen ? "transformer.ln_f.weight" : "model.norm.weight"));
  if (!c.tied_embeddings) all.push_back(recipe.unembedding());
  return all;
}

at::Tensor draw(const std::vector<std::int64_t>& shape, const Values& values, const std::string& purpose,
                const RandomModel& model) {
  const Random random(model.seed, purpose);
  if (const auto* uneven = std::get_if<Uneven>(&values)) return uneven_tensor(shape, model.dtype, *uneven, random);
  return random_tensor(shape, model.dtype, std::get<Distribution>(values), random);
}

at::Tensor numbers(const Weight& weight, const RandomModel& model) {
  at::Tensor tensor = draw(weight.shape, weight.values, weight.name, model);
  if (!weight.outliers) return tensor;
  for (const std::int64_t channel : outlier_channels(model.shape, model.seed)) {
    const at::Tensor part = tensor.select(weight.outliers->dimension, channel);
    part.copy_(draw(part.sizes().vec(), weight.outliers->values, fmt::format("{} {}", weight.name, channel), model));
  }
  return tensor;
}

void write_file(const std::filesystem::path& path, const std::vector<Weight>& part, const RandomModel& model) {
  pretrained::SafetensorsWriter::Tensors entries;
  for (const Weight& weight : part)
    entries.emplace_back(weight.name, pretrained::TensorEntry{.dtype = model.dtype, .shape = weight.shape});
  pretrained::SafetensorsWriter writer(path, std::move(entries), {{"format", "pt"}});
  for (const Weight& weight : part) writer.add(numbers(weight, model));
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

transformer::ModelConfig small_llama() {
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
  const transformer::ModelConfig llama = small_llama();
  transformer::ModelConfig llama3 = llama;
  llama3.rope_theta = 500000;
  llama3.rope_scaling =
      transformer::Llama3Scaling{.factor = 8, .low_factor = 1, .high_factor = 4, .original_positions = 32};
  transformer::ModelConfig mistral = llama;
  mistral.architecture = transformer::Architecture::mistral;
  mistral.sliding_window = transformer::SlidingWindow{5};
  transformer::ModelConfig qwen = llama;
  qwen.architecture = transformer::Architecture::qwen;
  qwen.kv_heads = qwen.heads;
  qwen.long_prompts = transformer::LongPrompts{.trained_positions = 6, .dynamic_ntk = true, .logn_attention = true};
  transformer::ModelConfig qwen2 = llama;
  qwen2.architecture = transformer::Architecture::qwen2;
  qwen2.tied_embeddings = true;
  qwen2.sliding_window = transformer::SlidingWindow{.width = 4, .first_layer = 1};
  transformer::ModelConfig qwen3 = llama;
  qwen3.architecture = transformer::Architecture::qwen3;
  qwen3.head_width = 12;
  return {{"llama", llama}, {"llama3", llama3}, {"mistral", mistral},
          {"qwen", qwen},   {"qwen2", qwen2},   {"qwen3", qwen3}};
}

std::vector<NamedModel> small_models_of_both_statistics() {
  std::vector<NamedModel> all = small_models();
  for (const NamedModel& model : small_models())
    all.push_back({model.name + "_realistic", model.shape, Statistics::realistic});
  return all;
}

std::vector<NamedModel> small_models_and_two_realistic() {
  std::vector<NamedModel> chosen = small_models_of_both_statistics();
  std::erase_if(chosen, [](const NamedModel& model) {
    return model.statistics == Statistics::realistic && model.name != "llama_realistic" &&
           model.name != "qwen2_realistic";
  });
  return chosen;
}

std::vector<std::int64_t> outlier_channels(const transformer::ModelConfig& shape, std::uint64_t seed) {
  std::vector<std::int64_t> channels = Random(seed, "outlier channels").sample(shape.width, outlier_count(shape));
  std::sort(channels.begin(), channels.end());
  return channels;
}

void write_random_model(const std::filesystem::path& directory, const RandomModel& model) {
  std::filesystem::create_directories(directory);
  write_text(directory / "config.json", published_config(model.shape, model.dtype));
  if (model.shards == 1)
    write_file(directory / "model.safetensors", weights(model), model);
  else
    write_shards(directory, weights(model), model);
}

}  // namespace pinpoint::test
