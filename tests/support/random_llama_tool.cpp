/// \file
/// Writes a random Llama and prompt pairs for it: `random_llama DIR [options]`. With --family it writes the small model
/// of a family instead, with a tokenizer of the family's kind. For the demo and the Python tests.
#include <CLI/CLI.hpp>

#include <algorithm>
#include <map>

#include "support/random_model.h"
#include "support/random_pairs.h"
#include "support/tiny_byte_pair.h"

namespace {

const std::map<std::string, at::ScalarType> dtypes{
    {"f32", at::ScalarType::Float}, {"f16", at::ScalarType::Half}, {"bf16", at::ScalarType::BFloat16}};

struct Arguments {
  std::filesystem::path directory;
  pinpoint::test::RandomModel llama;
  pinpoint::test::RandomPairs pairs;
  std::string family;
};

void add_options(CLI::App& app, Arguments& arguments) {
  auto& [directory, llama, pairs, family] = arguments;
  app.add_option("DIR", directory, "where config.json, safetensors and pairs.jsonl are written")->required();
  const auto size = [&](const char* name, std::int64_t& value, const char* meaning) {
    app.add_option(name, value, meaning)->check(CLI::PositiveNumber)->capture_default_str();
  };
  size("--layers", llama.shape.layers, "layers");
  size("--heads", llama.shape.heads, "query heads");
  size("--kv-heads", llama.shape.kv_heads, "key/value heads; must divide the heads");
  size("--width", llama.shape.width, "model width; an even multiple of the heads");
  size("--mlp-width", llama.shape.mlp_width, "MLP width");
  size("--vocabulary", llama.shape.vocabulary, "token ids");
  size("--shards", llama.shards, "safetensors files");
  size("--pairs", pairs.count, "prompt pairs");
  size("--tokens", pairs.max_tokens, "tokens of the longest prompt; the shortest has half of them");
  app.add_flag("--tied", llama.shape.tied_embeddings, "the unembedding is the embedding");
  app.add_option("--dtype", llama.dtype, "type of the weights")->transform(CLI::CheckedTransformer(dtypes));
  app.add_option("--seed", llama.seed, "of weights and pairs")->capture_default_str();
  app.add_flag_callback(
      "--realistic", [&llama] { llama.statistics = pinpoint::test::Statistics::realistic; },
      "outlier channels, uneven norm weights and logits of about 20, as in trained models");
  std::vector<std::string> families;
  for (const auto& model : pinpoint::test::small_models()) families.push_back(model.name);
  app.add_option("--family", family, "its small model, in place of all sizes")->check(CLI::IsMember(families));
}

/// The family's small model with its tokenizer. Its vocabulary covers all ids, its positions whole dialogues.
void write_family(const Arguments& arguments) {
  const auto models = pinpoint::test::small_models();
  const auto chosen =
      std::find_if(models.begin(), models.end(), [&](const auto& model) { return model.name == arguments.family; });
  pinpoint::test::RandomModel model = arguments.llama;
  model.shape = chosen->shape;
  model.shape.vocabulary = 480;
  model.shape.max_positions = 1024;
  write_random_model(arguments.directory, model);
  pinpoint::test::write_tiny_tokenizer(arguments.directory, arguments.family);
}

void check_shape(const pinpoint::transformer::ModelConfig& shape) {
  if (shape.heads % shape.kv_heads != 0) throw CLI::ValidationError("--kv-heads", "does not divide the heads");
  if (shape.width % (2 * shape.heads) != 0) throw CLI::ValidationError("--width", "is no even multiple of the heads");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Writes a random Llama in an HF directory, and prompt pairs for it");
  Arguments arguments;
  add_options(app, arguments);
  auto& [directory, llama, pairs, family] = arguments;
  try {
    app.parse(argc, argv);
    check_shape(llama.shape);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  if (!family.empty()) {
    write_family(arguments);
    return 0;
  }
  llama.shape.head_width = llama.shape.width / llama.shape.heads;
  llama.shape.max_positions = std::max(llama.shape.max_positions, pairs.max_tokens);
  pairs.vocabulary = llama.shape.vocabulary;
  pairs.min_tokens = (pairs.max_tokens + 1) / 2;
  pairs.seed = llama.seed;
  write_random_model(directory, llama);
  write_random_pairs(directory / "pairs.jsonl", pairs);
}
