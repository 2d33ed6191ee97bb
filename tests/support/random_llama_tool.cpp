/// \file
/// Writes a random Llama and prompt pairs for it: `random_llama DIR [options]`. For the demo and the Python tests.
#include <CLI/CLI.hpp>

#include <map>

#include "support/random_model.h"
#include "support/random_pairs.h"

namespace {

const std::map<std::string, at::ScalarType> dtypes{
    {"f32", at::ScalarType::Float}, {"f16", at::ScalarType::Half}, {"bf16", at::ScalarType::BFloat16}};

struct Arguments {
  std::filesystem::path directory;
  pinpoint::test::RandomModel llama;
  pinpoint::test::RandomPairs pairs;
};

void add_options(CLI::App& app, Arguments& arguments) {
  auto& [directory, llama, pairs] = arguments;
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
}

void check_shape(const pinpoint::model::ModelConfig& shape) {
  if (shape.heads % shape.kv_heads != 0) throw CLI::ValidationError("--kv-heads", "does not divide the heads");
  if (shape.width % (2 * shape.heads) != 0) throw CLI::ValidationError("--width", "is no even multiple of the heads");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Writes a random Llama in an HF directory, and prompt pairs for it");
  Arguments arguments;
  add_options(app, arguments);
  auto& [directory, llama, pairs] = arguments;
  try {
    app.parse(argc, argv);
    check_shape(llama.shape);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  llama.shape.head_width = llama.shape.width / llama.shape.heads;
  llama.shape.max_positions = std::max(llama.shape.max_positions, pairs.max_tokens);
  pairs.vocabulary = llama.shape.vocabulary;
  pairs.min_tokens = (pairs.max_tokens + 1) / 2;
  pairs.seed = llama.seed;
  write_random_model(directory, llama);
  write_random_pairs(directory / "pairs.jsonl", pairs);
}
