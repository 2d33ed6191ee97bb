#include "app/demo/model_files.h"

#include <ATen/ops/arange.h>
#include <nlohmann/json.hpp>

#include <string>
#include <utility>
#include <vector>

#include "app/demo/data_sets.h"
#include "app/demo/tokens.h"
#include "language/datasets/dialogue_files.h"
#include "language/datasets/pairs_file.h"
#include "language/tokenizers/sentencepiece_model.h"
#include "model/pretrained/model_config_file.h"
#include "model/pretrained/model_tensors.h"
#include "model/pretrained/safetensors_writer.h"
#include "model/transformer/for_each_layer.h"
#include "model/weights/layer_layout.h"
#include "study/results/file_names.h"
#include "system/base/check.h"
#include "system/base/log.h"
#include "system/files/json_text.h"
#include "system/files/set_aside.h"
#include "system/files/text_file.h"

namespace pinpoint::demo {
namespace {

namespace fs = std::filesystem;

/// The file that marks a folder as the demo's own.
constexpr const char* mark = "demo_world.json";
constexpr const char* weights_file = "model.safetensors";

constexpr const char* chat_template =
    "# How the demo's model was taught to see a dialogue.\n"
    "user: \"<u> {content}\"\n"
    "assistant: \"<a> {content} </s>\"\n"
    "generation: \"<a>\"\n";

std::string tokenizer_model() {
  using Kind = tokenizers::Piece::Kind;
  std::vector<tokenizers::Piece> pieces;
  for (const std::string& word : vocabulary()) {
    const bool is_special = pieces.size() < special_words;
    pieces.push_back({is_special ? word : tokenizers::piece_blank + word, pieces.empty() ? Kind::unknown
                                                                          : is_special   ? Kind::control
                                                                                         : Kind::normal});
  }
  return tokenizers::make_sentencepiece_model(pieces, tokenizers::PieceAlgorithm::word);
}

/// The model's weights, by their names in HF's checkpoints.
std::vector<std::pair<std::string, at::Tensor>> named_weights(transformer::WeightStore& store) {
  const transformer::ModelConfig& shape = store.config();
  const transformer::TensorNames& names = transformer::family_of(shape.architecture).names;
  const weights::LayerLayout layout(shape, at::kFloat);
  std::vector<std::pair<std::string, at::Tensor>> weights;
  const auto add = [&](const std::string& name, const at::Tensor& weight) {
    weights.emplace_back(name, weight.clone());
  };
  add(pretrained::weight_name(names.embedding), store.embedding_rows(at::arange(shape.vocabulary)));
  transformer::for_each_layer(store, [&](std::int64_t layer, const transformer::LayerWeights& tensors) {
    for (const weights::LayoutPart& part : layout.parts())
      add(fmt::format("{}.{}.{}", names.layers, layer, part.stored_name), tensors.*part.tensor);
  });
  add(pretrained::weight_name(names.final_norm), store.final_norm());
  add(pretrained::weight_name(names.unembedding), *store.lease_unembedding(0, shape.vocabulary));
  return weights;
}

nlohmann::ordered_json to_json(const StageResult& stage) {
  const Scores& s = stage.scores;
  return {{"steps", stage.steps},
          {"facts", s.facts},
          {"confidence", s.doubted.confidence},
          {"truthfulness", s.doubted.truthfulness},
          {"admits", s.doubted.admits},
          {"agreed", s.agreed},
          {"abilities", s.abilities}};
}

}  // namespace

void claim_folder(const fs::path& folder) {
  std::error_code none;
  validate(!fs::exists(folder, none) || (fs::is_directory(folder, none) && fs::is_empty(folder, none)) ||
               fs::exists(folder / mark, none),
           "{}: exists and is not a demo model (nothing of yours is overwritten); give a new folder", folder.string());
  files::make_folder(folder);
  files::write_atomically(folder / mark, "{}\n");
}

void write_model(const fs::path& folder, transformer::WeightStore& store) {
  if (const auto old = files::set_aside(folder / weights_file)) log_info("set aside: {}", old->string());
  pretrained::write_safetensors(folder / weights_file, named_weights(store), {{"format", "pt"}});
  files::write_beside_old(folder / "config.json", pretrained::format_model_config(store.config(), at::kFloat));
  files::write_beside_old(folder / "tokenizer.model", tokenizer_model());
  files::write_beside_old(folder / "chat_template.yaml", chat_template);
}

void write_data(const fs::path& folder, const World& world, std::uint64_t seed) {
  files::write_beside_old(folder / results::pairs_file, datasets::to_jsonl(pairs_of(world.sweep)));
  files::write_beside_old(folder / "train.jsonl", datasets::to_jsonl(tuning_dialogues(world.tuning, seed)));
  files::write_beside_old(folder / "knockout.jsonl", datasets::to_jsonl(challenge_records(world.knockout, seed)));
  files::write_beside_old(folder / "are_you_sure.jsonl", datasets::to_jsonl(challenge_records(world.evaluation, seed)));
  files::write_beside_old(folder / "abilities.jsonl", datasets::to_jsonl(ability_records(seed)));
}

void write_mark(const fs::path& folder, std::uint64_t seed, const Training& training) {
  const nlohmann::ordered_json json{{"seed", seed},
                                    {"changed_layers", {first_changed_layer, last_changed_layer}},
                                    {"honest", to_json(training.honest)},
                                    {"yes_man", to_json(training.yes_man)}};
  files::write_atomically(folder / mark, json.dump(2) + "\n");
}

std::uint64_t seed_of(const fs::path& model) {
  const fs::path file = model / mark;
  validate(fs::exists(file), "{}: not found ({} is not a demo model); make one with `pinpoint demo-model`",
           file.string(), model.string());
  return files::parse_json(files::read_file(file), file.string()).at("seed").get<std::uint64_t>();
}

}  // namespace pinpoint::demo
