#include "app/demo/tuning_comparison.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <span>
#include <vector>

#include "app/demo/model_files.h"
#include "app/demo/trial.h"
#include "app/demo/world.h"
#include "model/pretrained/model_directory.h"
#include "model/weights/sharded_store.h"
#include "study/effects/random_heads.h"
#include "study/results/heads_file.h"
#include "study/tuning/all_parameters.h"
#include "study/tuning/head_parameters.h"
#include "system/base/log.h"
#include "system/base/progress.h"
#include "system/files/path_conflict.h"
#include "system/files/set_aside.h"

namespace pinpoint::demo {
namespace {

using nlohmann::ordered_json;

constexpr double heads_learning_rate = 1e-3, all_learning_rate = 3e-4;

struct Arm {
  std::string name;
  std::vector<HeadId> heads;  ///< none: every weight
  Trial trial;
};

/// The first heads of the list, random ones matched by layer in their place, and all weights.
std::vector<Arm> arms_of(const ComparisonOptions& options, const transformer::ModelConfig& shape, std::uint64_t seed) {
  std::vector<HeadId> top;
  for (const results::ListedHead& listed : results::read_heads(options.heads, shape.layers, shape.heads))
    if (std::ssize(top) < options.count) top.push_back(listed.head);
  std::vector<Arm> arms{{fmt::format("top {}", top.size()), top, {}}};
  for (std::int64_t draw = 1; draw <= options.draws; ++draw)
    arms.push_back({fmt::format("random {}, draw {}", top.size(), draw),
                    effects::matched_random_heads(top, shape.layers, shape.heads, seed, draw).heads,
                    {}});
  arms.push_back({"every weight", {}, {}});
  return arms;
}

/// Tunes a fresh copy of the yes-man.
Trial run_trial(const Arm& arm, pretrained::ModelDirectory& directory, const World& world, std::uint64_t seed,
                const parallel::Communicator& ranks) {
  Progress progress(fmt::format("tuning {}", arm.name), "steps", most_trial_steps,
                    ranks.is_root() ? Progress::Audience::shown : Progress::Audience::silent);
  const auto on_step = [&](std::int64_t step, std::int64_t) { progress.update(static_cast<double>(step)); };
  weights::ShardedStore store(directory.config(), directory, {.dtype = transformer::DType::float32});
  const Untuned before(store, world, seed);
  if (arm.heads.empty()) {
    tuning::AllParameters parameters(store, {.ranks = {}, .replicas = ranks});
    return try_tuning(parameters, before, world, seed, all_learning_rate, ranks, on_step);
  }
  tuning::HeadParameters parameters(store, tuning::head_slices(directory.config(), arm.heads, {}), ranks);
  return try_tuning(parameters, before, world, seed, heads_learning_rate, ranks, on_step);
}

void report(const std::vector<Arm>& arms) {
  log_info("tuned only on doubted dialogues, until confidence, truthfulness and admissions are at least {}:",
           mended_score);
  log_info("  {:<18} {:>6} {:>11} {:>13} {:>7} {:>6} {:>10} {:>14} {:>17}", "tuned", "steps", "confidence",
           "truthfulness", "admits", "facts", "abilities", "KL if agreed", "agreed and wrong");
  for (const auto& [name, heads, trial] : arms) {
    const Scores& s = trial.scores;
    log_info("  {:<18} {:>6} {:>11.2f} {:>13.2f} {:>7.2f} {:>6.2f} {:>10.2f} {:>14.3f} {:>17.2f}", name,
             trial.mended ? fmt::format("{}", trial.steps) : fmt::format("{}+", trial.steps), s.doubted.confidence,
             s.doubted.truthfulness, s.doubted.admits, s.facts, s.abilities, trial.divergence, trial.agreed_wrong);
  }
}

/// Steps until the model was mended; more than any number if it was not.
double steps_of(const Trial& trial) { return trial.mended ? static_cast<double>(trial.steps) : 1e9; }

/// Logs what these numbers allow to be claimed.
void say_what_holds(const std::vector<Arm>& arms) {
  const Trial &top = arms.front().trial, &all = arms.back().trial;
  const auto draws = std::span(arms).subspan(1, arms.size() - 2);
  const auto faster =
      std::ranges::count_if(draws, [&](const Arm& arm) { return top.mended && steps_of(top) < steps_of(arm.trial); });
  const auto gentler =
      std::ranges::count_if(draws, [&](const Arm& arm) { return top.divergence < arm.trial.divergence; });
  const auto most = [&](std::ptrdiff_t count) { return 5 * count >= 4 * std::ssize(draws); };
  log_info(
      "{}: the sweep's heads needed fewer steps than random ones of the same layers in {} of {} draws, and "
      "changed dialogues that are never tuned on less in {} of {}",
      most(faster) && most(gentler) ? "may be claimed" : "may not be claimed, by these numbers", faster, draws.size(),
      gentler, draws.size());
  log_info("may not be claimed: that they are the best heads to tune{}",
           all.mended && steps_of(all) <= steps_of(top)
               ? fmt::format(" (all weights together need {} steps)", all.steps)
               : std::string(" (only heads of the same layers were compared with them)"));
}

ordered_json to_json(const Arm& arm) {
  ordered_json heads = ordered_json::array();
  for (const HeadId& head : arm.heads) heads.push_back({{"layer", head.layer}, {"head", head.head}});
  const Scores& s = arm.trial.scores;
  return {{"tuned", arm.name},
          {"heads", arm.heads.empty() ? ordered_json("all weights") : heads},
          {"steps", arm.trial.steps},
          {"mended", arm.trial.mended},
          {"confidence", s.doubted.confidence},
          {"truthfulness", s.doubted.truthfulness},
          {"admits", s.doubted.admits},
          {"facts", s.facts},
          {"abilities", s.abilities},
          {"agreed_divergence", arm.trial.divergence},
          {"agreed_wrong", arm.trial.agreed_wrong}};
}

/// \throws UserError if the numbers would be written over an input
void require_own_place(const ComparisonOptions& options) {
  std::vector<files::InputPath> inputs{{"HEADS", options.heads}};
  for (const auto& entry : std::filesystem::directory_iterator(options.model))
    inputs.push_back({"MODEL", entry.path()});
  files::require_apart({{"--to", options.to}}, inputs);
}

}  // namespace

void compare_tunings(const ComparisonOptions& options, const parallel::Communicator& ranks) {
  const std::uint64_t seed = seed_of(options.model);
  require_own_place(options);
  pretrained::ModelDirectory directory(options.model);
  const World world(seed);
  std::vector<Arm> arms = arms_of(options, directory.config(), seed);
  for (Arm& arm : arms) arm.trial = run_trial(arm, directory, world, seed, ranks);
  if (!ranks.is_root()) return;
  report(arms);
  say_what_holds(arms);
  if (options.to.empty()) return;
  ordered_json json = ordered_json::array();
  for (const Arm& arm : arms) json.push_back(to_json(arm));
  files::write_beside_old(options.to, json.dump(2) + "\n");
  log_info("{}: the same numbers", options.to);
}

}  // namespace pinpoint::demo
