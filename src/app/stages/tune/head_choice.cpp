#include "app/stages/tune/head_choice.h"

#include <algorithm>

#include "study/effects/random_heads.h"
#include "study/results/effects_file.h"
#include "study/results/file_names.h"
#include "study/results/heads_file.h"
#include "system/base/log.h"
#include "system/files/input_file.h"

namespace pinpoint::stages {
namespace {

namespace fs = std::filesystem;

std::vector<HeadId> ids_of(const std::vector<results::ListedHead>& list) {
  std::vector<HeadId> ids;
  for (const results::ListedHead& listed : list) ids.push_back(listed.head);
  return ids;
}

HeadChoice by_list(const fs::path& file, const transformer::ModelConfig& model) {
  const files::InputFile input = files::read_input(file);
  return {ids_of(results::parse_heads(input, model.layers, model.heads)), hdf5::parent_of(input), std::nullopt};
}

HeadChoice by_effects(const Job& job, const fs::path& file, const transformer::ModelConfig& model) {
  const files::InputFile input = files::read_input(file);
  const results::EffectsFile contents = results::parse_effects(input);
  const effects::Effects& effects = contents.effects;
  validate(effects.layers == model.layers && effects.heads == model.heads,
           "{}: has {} layers of {} heads, the model {} of {} (another model was swept); name another output, or give "
           "select.heads",
           file.string(), effects.layers, effects.heads, model.layers, model.heads);
  const config::Config& config = job.config();
  const auto top = results::top_heads(effects.by_metric.at(config.sweep.metric), model.heads, config.select.count);
  return {ids_of(top), hdf5::parent_of(input), contents.provenance.model_sha256};
}

/// The most negative heads first, as many as asked for.
HeadChoice ranked_heads(const Job& job, const transformer::ModelConfig& model) {
  const fs::path& output = job.config().output;
  const fs::path effects = output / results::effects_file, list = output / results::heads_file;
  if (fs::exists(effects)) return by_effects(job, effects, model);
  validate(fs::exists(list),
           "{}: no heads to tune: there is neither {} nor {}; run `pinpoint sweep` first, or give "
           "select.heads",
           output.string(), results::effects_file, results::heads_file);
  HeadChoice choice = by_list(list, model);
  const auto count = static_cast<std::size_t>(job.config().select.count);
  choice.heads.resize(std::min(choice.heads.size(), count));
  return choice;
}

}  // namespace

HeadChoice choose_heads(const Job& job, const transformer::ModelConfig& model) {
  const patching::SelectOptions& select = job.config().select;
  validate(!select.heads || !select.random_draw,
           "select: heads and random_draw are both given (a list is not drawn); keep one of them");
  HeadChoice choice = select.heads ? by_list(*select.heads, model) : ranked_heads(job, model);
  log_info("{} heads by {}", choice.heads.size(), choice.source.name);
  if (select.random_draw) {
    const auto [heads, moved] =
        effects::matched_random_heads(choice.heads, model.layers, model.heads, job.config().seed, *select.random_draw);
    choice.heads = heads;
    log_info("random draw {} matched by layer in their place{}", *select.random_draw,
             moved == 0 ? "" : fmt::format(" ({} from the nearest layer, their own had no others left)", moved));
  }
  std::ranges::sort(choice.heads);
  return choice;
}

}  // namespace pinpoint::stages
