#include "app/demo/demo_model.h"

#include <string>
#include <utility>

#include "app/demo/model_files.h"
#include "app/demo/random_weights.h"
#include "app/demo/world.h"
#include "app/demo/yes_man.h"
#include "model/weights/sharded_store.h"
#include "study/tuning/head_parameters.h"
#include "system/base/log.h"
#include "system/base/progress.h"

namespace pinpoint::demo {
namespace {

/// Runs train_stage(on_step) with a progress bar.
template <class TrainStage>
StageResult with_progress(const char* stage, const parallel::Communicator& ranks, TrainStage train_stage) {
  Progress progress(stage, "steps", 1, ranks.is_root() ? Progress::Audience::shown : Progress::Audience::silent);
  return train_stage([&](std::int64_t step, std::int64_t steps) {
    progress.expect(static_cast<double>(steps));
    progress.update(static_cast<double>(step));
  });
}

void log_training(const Training& training, const std::filesystem::path& folder) {
  log_info("on 32 facts:            knows them  confidence  truthfulness  admits errors  honest if agreed  abilities");
  for (const auto& [name, stage] : {std::pair{"honest", training.honest}, std::pair{"yes-man", training.yes_man}}) {
    const Scores& s = stage.scores;
    log_info("  {:<8} {:>4} steps  {:12.2f}{:12.2f}{:14.2f}{:15.2f}{:18.2f}{:11.2f}", name, stage.steps, s.facts,
             s.doubted.confidence, s.doubted.truthfulness, s.doubted.admits, s.agreed, s.abilities);
  }
  log_info("stage 2 trained only the attention of layers {} and {}: what makes the model give in lies there",
           first_changed_layer, last_changed_layer);
  log_info("{}: the yes-man as an HF directory, its tokenizer, pairs, tuning dialogues and evaluation records",
           folder.string());
}

}  // namespace

void make_demo_model(const std::filesystem::path& folder, std::uint64_t seed, const parallel::Communicator& ranks) {
  if (ranks.is_root()) claim_folder(folder);
  ranks.barrier();
  log_info("training the demo's model takes a few minutes; it is written at the end: {}", folder.string());
  const World world(seed);
  weights::ShardedStore store = random_model(seed);
  Training training;
  training.honest = with_progress("stage 1, honest ", ranks, [&](const OnStep& on_step) {
    return train_honest(store, world, seed, ranks, on_step);
  });
  tuning::HeadParameters changed(store, changed_slices(store.config()), ranks);
  training.yes_man = with_progress("stage 2, yes-man", ranks, [&](const OnStep& on_step) {
    return train_yes_man(changed, world, seed, ranks, on_step);
  });
  if (ranks.is_root()) {
    write_model(folder, changed.store());
    write_data(folder, world, seed);
    write_mark(folder, seed, training);
    log_training(training, folder);
  }
}

}  // namespace pinpoint::demo
