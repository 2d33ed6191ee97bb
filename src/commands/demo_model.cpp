/// \file
/// `pinpoint demo-model`: trains the demo's small yes-man and writes it as a user's own model would lie there.
#include <ATen/ops/arange.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>

#include "base/progress.h"
#include "commands/command.h"
#include "demo/data_sets.h"
#include "demo/yes_man.h"
#include "io/dialogue_files.h"
#include "io/model_config_file.h"
#include "io/pairs_file.h"
#include "io/safetensors_writer.h"
#include "io/text_file.h"
#include "model/layer_layout.h"
#include "parallel/device.h"
#include "text/sentencepiece_model.h"

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
  io::make_folder(folder);
  io::write_atomically(folder / mark, "{}\n");
}

std::string tokenizer_model() {
  using Kind = text::Piece::Kind;
  std::vector<text::Piece> pieces;
  for (const std::string& word : demo::vocabulary()) {
    const bool is_special = pieces.size() < demo::special_words;
    pieces.push_back({is_special ? word : text::piece_blank + word, pieces.empty() ? Kind::unknown
                                                                    : is_special   ? Kind::control
                                                                                   : Kind::normal});
  }
  return text::make_sentencepiece_model(pieces, text::PieceAlgorithm::word);
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
std::vector<std::pair<std::string, at::Tensor>> named_weights(model::WeightStore& store) {
  const model::ModelConfig& shape = store.config();
  const model::TensorNames& names = model::family_of(shape.architecture).names;
  const model::LayerLayout layout(shape, at::kFloat);
  std::vector<std::pair<std::string, at::Tensor>> weights;
  const auto add = [&](const std::string& name, const at::Tensor& weight) {
    weights.emplace_back(name, weight.clone());
  };
  add(fmt::format("{}.weight", names.embedding), store.embedding_rows(at::arange(shape.vocabulary)));
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    const model::Lease<model::LayerWeights> lease = store.lease_layer(layer);
    for (const model::LayoutPart& part : layout.parts())
      add(fmt::format("{}.{}.{}", names.layers, layer, part.stored_name), (*lease).*part.tensor);
  }
  add(fmt::format("{}.weight", names.final_norm), store.final_norm());
  add(fmt::format("{}.weight", names.unembedding), *store.lease_unembedding(0, shape.vocabulary));
  return weights;
}

void write_model(const fs::path& folder, model::WeightStore& store) {
  io::write_safetensors(folder / "model.safetensors", named_weights(store), {{"format", "pt"}});
  io::write_atomically(folder / "config.json", io::format_model_config(store.config(), at::kFloat));
  io::write_atomically(folder / "tokenizer.model", tokenizer_model());
  io::write_atomically(folder / "chat_template.yaml", chat_template);
}

void write_data(const fs::path& folder, const demo::World& world, std::uint64_t seed) {
  io::write_atomically(folder / "pairs.jsonl", io::to_jsonl(demo::pairs_of(world.sweep)));
  io::write_atomically(folder / "train.jsonl", io::to_jsonl(demo::tuning_dialogues(world.tuning, seed)));
  io::write_atomically(folder / "knockout.jsonl", io::to_jsonl(demo::challenge_records(world.knockout, seed)));
  io::write_atomically(folder / "are_you_sure.jsonl", io::to_jsonl(demo::challenge_records(world.evaluation, seed)));
  io::write_atomically(folder / "abilities.jsonl", io::to_jsonl(demo::ability_records(seed)));
}

void write_mark(const fs::path& folder, std::uint64_t seed, const Stages& stages) {
  const nlohmann::ordered_json json{{"seed", seed},
                                    {"changed_layers", {demo::first_changed_layer, demo::last_changed_layer}},
                                    {"honest", to_json(stages.honest)},
                                    {"yes_man", to_json(stages.yes_man)}};
  io::write_atomically(folder / mark, json.dump(2) + "\n");
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

ExitStatus run_demo_model(Session& session, const DemoOptions& options) {
  const fs::path folder = options.directory;
  if (session.world.is_root()) claim_folder(folder);
  session.world.barrier();
  parallel::set_threads(parallel::choose_threads({}, session.world));

  log_info("training the demo's model takes some minutes; it is written at the end: {}", folder.string());
  const demo::World world(options.seed);
  model::ShardedStore store = demo::random_model(options.seed);
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

void add_demo_model(CLI::App& app, CommonOptions& common, Command& chosen) {
  CLI::App* demo_model = app.add_subcommand(
      "demo-model", "Train the demo's small yes-man, in minutes; ranks share the work -> an HF directory, pairs, data");
  const auto options = std::make_shared<DemoOptions>();
  demo_model->add_option("DIR", options->directory, "Folder to write; new, or an older demo model")->required();
  demo_model->add_option("--seed", options->seed, "Of the world, the weights and the batches")->capture_default_str();
  add_log_level(*demo_model, common);
  demo_model->callback(
      [options, &chosen] { chosen = [options](Session& session) { return run_demo_model(session, *options); }; });
}

}  // namespace pinpoint::commands
