#include "app/stages/tune/inputs.h"

#include <algorithm>

#include "language/datasets/training_file.h"
#include "language/tokenizers/dialogue_encoder_files.h"
#include "study/tuning/batches.h"
#include "study/tuning/schedule.h"
#include "system/base/digest.h"
#include "system/base/log.h"
#include "system/files/input_file.h"

namespace pinpoint::stages {
namespace {

using dialogue::TrainingDialogue;

std::vector<TrainingDialogue> parse_dialogues(const Job& job, const files::InputFile& input,
                                              const transformer::ModelConfig& model) {
  const config::Config& config = job.config();
  const auto lines = datasets::parse_training(input.bytes, input.path.string());
  std::optional<text::DialogueEncoder> encoder;
  if (dialogue::hold_messages(lines)) encoder = tokenizers::load_dialogue_encoder(config.model.path, config.chat);
  dialogue::TrainingTokens tokens =
      dialogue::tokenize_training(lines, encoder ? &*encoder : nullptr, {model.vocabulary, config.tune.max_length});
  if (tokens.too_long > 0 && job.world().is_root())
    log_warning("{}: {} of {} dialogues have more than {} tokens (tune.max_length) and are dropped",
                config.tune.data.string(), tokens.too_long, lines.size(), config.tune.max_length);
  return std::move(tokens.dialogues);
}

/// SHA-256 over the tokens and labels of all dialogues.
std::string digest_of(const std::vector<TrainingDialogue>& dialogues) {
  Sha256 digest;
  for (const TrainingDialogue& dialogue : dialogues) {
    digest.add_field(
        {reinterpret_cast<const char*>(dialogue.tokens.data()), dialogue.tokens.size() * sizeof(dialogue.tokens[0])});
    digest.add_field({reinterpret_cast<const char*>(dialogue.labels.data()), dialogue.labels.size()});
  }
  return digest.hex();
}

/// Warns if the whole batches of `tune.epochs` do not see every dialogue that often.
void warn_of_left_out(const tuning::TuneOptions& options, std::int64_t dialogues, std::int64_t steps) {
  const std::int64_t left = tuning::visits_left_out(options, dialogues);
  if (left == 0) return;
  const std::int64_t never = std::max<std::int64_t>(0, dialogues - steps * options.batch);
  log_warning(
      "tune.epochs: {} epoch(s) of {} dialogues are {} whole batches of {} and {} dialogues more, which are left "
      "out{}; to see them too, start with tune.steps: {} (the last batch is filled up from the next epoch)",
      options.epochs, dialogues, steps, options.batch, left,
      never == 0 ? std::string() : fmt::format(" ({} dialogues are never seen)", never), steps + 1);
}

}  // namespace

std::vector<tuning::IndexedDialogue> TuneInputs::batch(const config::Config& config, std::int64_t t) const {
  const tuning::Batches batches(config.seed, std::ssize(dialogues), config.tune.batch);
  std::vector<tuning::IndexedDialogue> batch;
  for (const std::int64_t index : batches.at(t)) batch.push_back({index, &dialogues[static_cast<std::size_t>(index)]});
  return batch;
}

std::int64_t TuneInputs::longest() const {
  std::int64_t longest = 0;
  for (const TrainingDialogue& dialogue : dialogues) longest = std::max(longest, dialogue.length());
  return longest;
}

TuneInputs read_tune_inputs(const Job& job, const transformer::ModelConfig& model) {
  const config::Config& config = job.config();
  TuneInputs inputs;
  if (config.tune.method == tuning::Method::spt) {
    inputs.choice = choose_heads(job, model);
    inputs.slices = tuning::head_slices(model, inputs.choice->heads, config.tune);
  }
  const files::InputFile data = files::read_input(config.tune.data);
  inputs.dialogues = parse_dialogues(job, data, model);
  inputs.data = hdf5::parent_of(data);
  inputs.steps = tuning::number_of_steps(config.tune, std::ssize(inputs.dialogues));
  if (job.world().is_root()) warn_of_left_out(config.tune, std::ssize(inputs.dialogues), inputs.steps);
  inputs.identity = tuning::identity_of(config.tune, {.dtype = config.model.dtype,
                                                      .seed = config.seed,
                                                      .steps = inputs.steps,
                                                      .dialogues_sha256 = digest_of(inputs.dialogues)});
  if (inputs.choice && config.tune.train_bias && !transformer::family_of(model.architecture).projection_biases)
    log_info("tune.train_bias: this family's projections have no biases");
  return inputs;
}

}  // namespace pinpoint::stages
