// configs/ agrees with the paper's Tables 13 and 14, configs/models/ with the published shapes.
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "app/config/config.h"
#include "model/pretrained/model_config_file.h"
#include "support/shared.h"

namespace pinpoint::config {
namespace {

using transformer::Architecture;
using transformer::ModelConfig;
using tuning::Method;

std::filesystem::path configs() {
  const char* source = std::getenv("PINPOINT_SOURCE");
  return std::filesystem::path(source ? source : ".") / "configs";
}

ModelConfig published_model(const std::string& name) {
  const auto file = configs() / "models" / name / "config.json";
  return pretrained::parse_model_config(test::read_text(file), file.string());
}

struct Row {
  std::string name;
  Method method;
  double max_lr, min_lr;
  std::int64_t batch, steps;
  std::int64_t heads;  ///< Table 14's "head num"; none in Table 13
  std::string model;
};

const std::vector<Row>& tables() {
  static const std::vector<Row> rows{// Table 13
                                     {"llama2-7b-sft", Method::sft, 5e-6, 0, 32, 120, 0, "Llama-2-7b-chat-hf"},
                                     {"llama2-13b-sft", Method::sft, 5e-6, 0, 32, 120, 0, "Llama-2-13b-chat-hf"},
                                     {"llama2-70b-sft", Method::sft, 5e-6, 0, 64, 60, 0, "Llama-2-70b-chat-hf"},
                                     {"mistral-7b-sft", Method::sft, 5e-6, 0, 32, 120, 0, "Mistral-7B-Instruct-v0.1"},
                                     {"qwen-7b-sft", Method::sft, 5e-7, 0, 32, 100, 0, "Qwen-7B-Chat"},
                                     {"qwen-14b-sft", Method::sft, 5e-7, 0, 32, 100, 0, "Qwen-14B-Chat"},
                                     {"qwen-72b-sft", Method::sft, 1e-6, 0, 64, 60, 0, "Qwen-72B-Chat"},
                                     // Table 14
                                     {"llama2-7b-spt", Method::spt, 1e-5, 0, 32, 240, 32, "Llama-2-7b-chat-hf"},
                                     {"llama2-13b-spt", Method::spt, 1e-5, 0, 32, 240, 64, "Llama-2-13b-chat-hf"},
                                     {"llama2-70b-spt", Method::spt, 1e-5, 0, 64, 120, 192, "Llama-2-70b-chat-hf"},
                                     {"mistral-7b-spt", Method::spt, 5e-6, 0, 32, 240, 32, "Mistral-7B-Instruct-v0.1"},
                                     {"qwen-7b-spt", Method::spt, 5e-6, 0, 32, 240, 32, "Qwen-7B-Chat"},
                                     {"qwen-14b-spt", Method::spt, 5e-6, 0, 32, 240, 64, "Qwen-14B-Chat"},
                                     {"qwen-72b-spt", Method::spt, 4e-6, 0, 64, 100, 192, "Qwen-72B-Chat"}};
  return rows;
}

TEST(PublishedConfigs, SayWhatTheTablesSay) {
  for (const Row& row : tables()) {
    SCOPED_TRACE(row.name);
    const Config config = load_config(configs() / (row.name + ".yaml"), {});
    EXPECT_EQ(config.tune.method, row.method);
    EXPECT_EQ(config.tune.max_lr, row.max_lr);
    EXPECT_EQ(config.tune.min_lr, row.min_lr);
    EXPECT_EQ(config.tune.batch, row.batch);
    EXPECT_EQ(config.tune.steps, row.steps);
    EXPECT_EQ(config.select.count, row.heads > 0 ? row.heads : patching::SelectOptions().count);
    EXPECT_TRUE(config.tune.converge);  // C.2: "we stop training when loss converges"
    EXPECT_EQ(config.model.path.filename(), row.model);
    EXPECT_NO_THROW(require_keys(config, {"model.path", "output", "sweep.pairs", "tune.data"}, "sweep"));
  }
}

/// Settings that are not in the tables have the defaults, which are those of docs/method.md, 5.
TEST(PublishedConfigs, LeaveTheRestAtItsDefault) {
  for (const Row& row : tables()) {
    SCOPED_TRACE(row.name);
    const Config config = load_config(configs() / (row.name + ".yaml"), {});
    const tuning::TuneOptions defaults;
    EXPECT_EQ(config.tune.warmup_ratio, defaults.warmup_ratio);
    EXPECT_EQ(config.tune.weight_decay, defaults.weight_decay);
    EXPECT_EQ(config.tune.betas, defaults.betas);
    EXPECT_EQ(config.tune.clip_norm, defaults.clip_norm);
    EXPECT_EQ(config.tune.max_length, defaults.max_length);
    EXPECT_FALSE(config.tune.train_kv);
    EXPECT_EQ(config.seed, 42u);
  }
}

TEST(PublishedConfigs, AreAllInTheTables) {
  std::set<std::string> expected{"demo", "gpus", "reference"}, found;
  for (const Row& row : tables()) expected.insert(row.name);
  for (const auto& entry : std::filesystem::directory_iterator(configs()))
    if (entry.path().extension() == ".yaml") found.insert(entry.path().stem());
  EXPECT_EQ(found, expected);
}

TEST(PublishedConfigs, WriteNoResultsIntoOneFolder) {
  std::set<std::filesystem::path> outputs;
  for (const Row& row : tables()) outputs.insert(load_config(configs() / (row.name + ".yaml"), {}).output);
  EXPECT_EQ(outputs.size(), tables().size());
}

struct Shape {
  std::string name;
  Architecture architecture;
  std::int64_t layers, heads, kv_heads, width, mlp_width, vocabulary;
};

TEST(PublishedModels, HaveTheShapesOfTheMethod) {
  const std::vector<Shape> shapes{{"Llama-2-7b-chat-hf", Architecture::llama, 32, 32, 32, 4096, 11008, 32000},
                                  {"Llama-2-13b-chat-hf", Architecture::llama, 40, 40, 40, 5120, 13824, 32000},
                                  {"Llama-2-70b-chat-hf", Architecture::llama, 80, 64, 8, 8192, 28672, 32000},
                                  {"Mistral-7B-Instruct-v0.1", Architecture::mistral, 32, 32, 8, 4096, 14336, 32000},
                                  {"Qwen-7B-Chat", Architecture::qwen, 32, 32, 32, 4096, 11008, 151936},
                                  {"Qwen-14B-Chat", Architecture::qwen, 40, 40, 40, 5120, 13696, 152064},
                                  {"Qwen-72B-Chat", Architecture::qwen, 80, 64, 64, 8192, 24576, 152064},
                                  {"Llama-3.1-8B", Architecture::llama, 32, 32, 8, 4096, 14336, 128256},
                                  {"Qwen2.5-7B", Architecture::qwen2, 28, 28, 4, 3584, 18944, 152064}};
  for (const Shape& shape : shapes) {
    SCOPED_TRACE(shape.name);
    const ModelConfig model = published_model(shape.name);
    EXPECT_EQ(model.architecture, shape.architecture);
    EXPECT_EQ(model.layers, shape.layers);
    EXPECT_EQ(model.heads, shape.heads);
    EXPECT_EQ(model.kv_heads, shape.kv_heads);
    EXPECT_EQ(model.width, shape.width);
    EXPECT_EQ(model.head_width, 128);
    EXPECT_EQ(model.mlp_width, shape.mlp_width);
    EXPECT_EQ(model.vocabulary, shape.vocabulary);
    EXPECT_FALSE(model.tied_embeddings);
  }
}

TEST(PublishedModels, HaveWhatTheirFamiliesAddToTheShape) {
  EXPECT_EQ(published_model("Mistral-7B-Instruct-v0.1").sliding_window, (transformer::SlidingWindow{4096, 0}));
  EXPECT_EQ(published_model("Qwen2.5-7B").sliding_window, std::nullopt);
  EXPECT_EQ(published_model("Llama-3.1-8B").rope_scaling, (transformer::Llama3Scaling{8, 1, 4, 8192}));
  EXPECT_EQ(published_model("Qwen-7B-Chat").long_prompts, (transformer::LongPrompts{8192, true, true}));
  EXPECT_EQ(published_model("Qwen-14B-Chat").long_prompts, (transformer::LongPrompts{2048, true, true}));
  EXPECT_EQ(published_model("Qwen-72B-Chat").long_prompts, std::nullopt);
  EXPECT_EQ(published_model("Qwen-72B-Chat").rope_theta, 1e6);
}

/// docs/method.md, 5.1: the rows of W_q and columns of W_o of the selected heads, 2 e d weights per head.
TEST(PublishedModels, GiveTheMethodsNumbersOfTunedParameters) {
  const auto millions = [](const std::string& file) {
    const Config config = load_config(configs() / (file + "-spt.yaml"), {});
    const ModelConfig model = published_model(config.model.path.filename());
    return static_cast<double>(2 * config.select.count * model.head_width * model.width) / 1e6;
  };
  for (const std::string file : {"llama2-7b", "mistral-7b", "qwen-7b"}) EXPECT_NEAR(millions(file), 33.6, 0.05);
  for (const std::string file : {"llama2-13b", "qwen-14b"}) EXPECT_NEAR(millions(file), 83.9, 0.05);
  for (const std::string file : {"llama2-70b", "qwen-72b"}) EXPECT_NEAR(millions(file), 402.7, 0.05);
}

}  // namespace
}  // namespace pinpoint::config
