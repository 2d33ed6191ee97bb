/// \file
/// `pinpoint demo-model`: trains the demo's small yes-man and writes it as a user's own model would lie there.
#include <ATen/ops/arange.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>

#include "app/commands/command.h"
#include "app/demo/data_sets.h"
#include "app/demo/yes_man.h"
#include "language/datasets/dialogue_files.h"
#include "language/datasets/pairs_file.h"
#include "language/tokenizers/sentencepiece_model.h"
#include "model/pretrained/model_config_file.h"
#include "model/pretrained/safetensors_writer.h"
#include "model/weights/layer_layout.h"
#include "study/results/file_names.h"
#include "system/base/progress.h"
#include "system/device/threads.h"
#include "system/files/text_file.h"
#include "system/parallel/device_choice.h"

namespace pinpoint::commands {
namespace {

namespace fs = std::filesystem;

struct DemoOptions {
  std::string directory;
  std::uint64_t seed = 1;
};

/// Says of a folder that it is the demo's own.
constexpr const char* mark = "demo_world.json";

constexpr const char* chat_template =
    "# How the demo's model was taught to see a dialogue.\n"
    "user: \"<u> {content}\"\n"
    "assistant: \"<a> {content} </s>\"\n"
    "generation: \"<a>\"\n";

/// Before minutes of training: a folder that cannot be written to, or that is somebody else's.
void claim_folder(const fs::path& folder) {
  std::error_code none;
  validate(!fs::exists(folder, none) || (fs::is_directory(folder, none) && fs::is_empty(folder, none)) ||
               fs::exists(folder / mark, none),
           "{}: is there already and is no demo model (nothing of yours is overwritten); give a new folder",
           folder.string());
  files::make_folder(folder);
  files::write_atomically(folder / mark, "{}\n");
}

std::string tokenizer_model() {
  using Kind = tokenizers::Piece::Kind;
  std::vector<tokenizers::Piece> pieces;
  for (const std::string& word : demo::vocabulary()) {
    const bool is_special = pieces.size() < demo::special_words;
    pieces.push_back({is_special ? word : tokenizers::piece_blank + word, pieces.empty() ? Kind::unknown
                                                                          : is_special   ? Kind::control
                                                                                         : Kind::normal});
  }
  return tokenizers::make_sentencepiece_model(pieces, tokenizers::PieceAlgorithm::word);
}

nlohmann::ordered_json to_json(const demo::StageResult& stage) {
  const demo::Scores& s = stage.scores;
  return {{"steps", stage.steps},
          {"facts", s.facts},
          {"confidence", s.doubted.confidence},
          {"truthfulness", s.doubted.truthfulness},
          {"admits", s.doubted.admits},
          {"agreed", s.agreed},
          {"abilities", s.abilities}};
}

struct Stages {
  demo::StageResult honest, yes_man;
};

/// Runs a stage beside a progress bar: train_stage(on_step).
template <class TrainStage>
demo::StageResult with_progress(const char* stage, const parallel::Communicator& ranks, TrainStage train_stage) {
  Progress progress(stage, "steps", 1, ranks.is_root() ? Progress::Audience::shown : Progress::Audience::silent);
  return train_stage([&](std::int64_t step, std::int64_t steps) {
    progress.expect(static_cast<double>(steps));
    progress.update(static_cast<double>(step));
  });
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
  add(fmt::format("{}.weight", names.embedding), store.embedding_rows(at::arange(shape.vocabulary)));
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    const transformer::Lease<transformer::LayerWeights> lease = store.lease_layer(layer);
    for (const weights::LayoutPart& part : layout.parts())
      add(fmt::format("{}.{}.{}", names.layers, layer, part.stored_name), (*lease).*part.tensor);
  }
  add(fmt::format("{}.weight", names.final_norm), store.final_norm());
  add(fmt::format("{}.weight", names.unembedding), *store.lease_unembedding(0, shape.vocabulary));
  return weights;
}

void write_model(const fs::path& folder, transformer::WeightStore& store) {
  pretrained::write_safetensors(folder / "model.safetensors", named_weights(store), {{"format", "pt"}});
  files::write_atomically(folder / "config.json", pretrained::format_model_config(store.config(), at::kFloat));
  files::write_atomically(folder / "tokenizer.model", tokenizer_model());
  files::write_atomically(folder / "chat_template.yaml", chat_template);
}

void write_data(const fs::path& folder, const demo::World& world, std::uint64_t seed) {
  files::write_atomically(folder / results::pairs_file, datasets::to_jsonl(demo::pairs_of(world.sweep)));
  files::write_atomically(folder / "train.jsonl", datasets::to_jsonl(demo::tuning_dialogues(world.tuning, seed)));
  files::write_atomically(folder / "knockout.jsonl", datasets::to_jsonl(demo::challenge_records(world.knockout, seed)));
  files::write_atomically(folder / "are_you_sure.jsonl",
                          datasets::to_jsonl(demo::challenge_records(world.evaluation, seed)));
  files::write_atomically(folder / "abilities.jsonl", datasets::to_jsonl(demo::ability_records(seed)));
}

void write_mark(const fs::path& folder, std::uint64_t seed, const Stages& stages) {
  const nlohmann::ordered_json json{{"seed", seed},
                                    {"changed_layers", {demo::first_changed_layer, demo::last_changed_layer}},
                                    {"honest", to_json(stages.honest)},
                                    {"yes_man", to_json(stages.yes_man)}};
  files::write_atomically(folder / mark, json.dump(2) + "\n");
}

void report(const Stages& stages, const fs::path& folder) {
  log_info("on 32 facts:            knows them  confidence  truthfulness  admits errors  honest if agreed  abilities");
  for (const auto& [name, stage] : {std::pair{"honest", stages.honest}, std::pair{"yes-man", stages.yes_man}}) {
    const demo::Scores& s = stage.scores;
    log_info("  {:<8} {:>4} steps  {:12.2f}{:12.2f}{:14.2f}{:15.2f}{:18.2f}{:11.2f}", name, stage.steps, s.facts,
             s.doubted.confidence, s.doubted.truthfulness, s.doubted.admits, s.agreed, s.abilities);
  }
  log_info("stage 2 trained the attention of layers {} and {} alone: what makes it give in lies there",
           demo::first_changed_layer, demo::last_changed_layer);
  log_info("{}: the yes-man as an HF directory, its tokenizer, pairs, tuning dialogues and evaluation records",
           folder.string());
}

ExitStatus run_demo_model(stages::Session& session, const DemoOptions& options) {
  const fs::path folder = options.directory;
  if (session.world.is_root()) claim_folder(folder);
  session.world.barrier();
  device::set_threads(parallel::choose_threads({}, session.world));

  log_info("training the demo's model takes some minutes; it is written at the end: {}", folder.string());
  const demo::World world(options.seed);
  weights::ShardedStore store = demo::random_model(options.seed);
  Stages stages;
  stages.honest = with_progress("stage 1, honest ", session.world, [&](const demo::OnStep& on_step) {
    return demo::train_honest(store, world, options.seed, session.world, on_step);
  });
  tuning::HeadParameters changed(store, demo::changed_slices(store.config()), session.world);
  stages.yes_man = with_progress("stage 2, yes-man", session.world, [&](const demo::OnStep& on_step) {
    return demo::train_yes_man(changed, world, options.seed, session.world, on_step);
  });
  if (session.world.is_root()) {
    write_model(folder, changed.store());
    write_data(folder, world, options.seed);
    write_mark(folder, options.seed, stages);
    report(stages, folder);
  }
  return ExitStatus::done;
}

}  // namespace

void add_demo_model(CLI::App& app, stages::CommonOptions& common, Command& chosen) {
  CLI::App* demo_model = app.add_subcommand(
      "demo-model", "Train the demo's small yes-man, in minutes; ranks share the work -> an HF directory, pairs, data");
  const auto options = std::make_shared<DemoOptions>();
  demo_model->add_option("DIR", options->directory, "Folder to write; new, or an older demo model")->required();
  demo_model->add_option("--seed", options->seed, "Of the world, the weights and the batches")->capture_default_str();
  add_log_level(*demo_model, common);
  demo_model->callback([options, &chosen] {
    chosen = [options](stages::Session& session) { return run_demo_model(session, *options); };
  });
}

}  // namespace pinpoint::commands
