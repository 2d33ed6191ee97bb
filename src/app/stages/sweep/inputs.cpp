#include "app/stages/sweep/inputs.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "language/datasets/pairs_file.h"
#include "language/dialogue/record_tokens.h"
#include "language/dialogue/token_pairs.h"
#include "language/tokenizers/dialogue_encoder_files.h"
#include "language/tokenizers/tokenizer_files.h"
#include "model/transformer/product.h"
#include "study/patching/exact_check.h"
#include "study/patching/sample_sets.h"
#include "study/planning/cost_inputs.h"
#include "system/base/digest.h"
#include "system/base/log.h"
#include "system/device/capabilities.h"
#include "system/files/input_file.h"
#include "system/parallel/collectives.h"

namespace pinpoint::stages {
namespace {

using dialogue::TokenPair;

std::string digest_of(const TokenPair& pair) {
  return sha256(fmt::format("{};{}", fmt::join(pair.reference, ","), fmt::join(pair.counterfactual, ",")));
}

std::vector<TokenPair> parse_token_pairs(const Job& job, const files::InputFile& input,
                                         const transformer::ModelConfig& model) {
  const config::Config& config = job.config();
  std::vector<dialogue::AnyPair> pairs = datasets::parse_pairs(input.bytes, input.path.string());
  const auto found = static_cast<std::int64_t>(pairs.size());
  const std::int64_t wanted = config.sweep.samples.value_or(found);
  if (wanted > found)
    log_info("{}: {} pairs, fewer than sweep.samples ({}): all are used", config.sweep.pairs.string(), found, wanted);
  pairs.resize(static_cast<std::size_t>(std::min(wanted, found)));

  std::optional<text::DialogueEncoder> encoder;
  if (dialogue::hold_messages(pairs)) encoder = tokenizers::load_dialogue_encoder(config.model.path, config.chat);
  dialogue::TokenPairs tokens =
      dialogue::tokenize_pairs(pairs, encoder ? &*encoder : nullptr, {model.vocabulary, model.max_positions});
  if (tokens.too_long > 0 && job.world().is_root())
    log_warning("{} of {} prompts have more than {} tokens (the model's max_position_embeddings)", tokens.too_long,
                2 * tokens.pairs.size(), model.max_positions);
  const auto equal =
      std::ranges::count_if(tokens.pairs, [](const TokenPair& pair) { return pair.reference == pair.counterfactual; });
  if (equal > 0 && job.world().is_root())
    log_warning("{}: in {} of {} pairs both prompts are the same: every head's effect on them is 0",
                config.sweep.pairs.string(), equal, tokens.pairs.size());
  return std::move(tokens.pairs);
}

void validate_record_id(const char* key, std::int64_t id, std::int64_t vocabulary) {
  validate(id < vocabulary, "{}: {} is outside the model's vocabulary of {}; give an id below that", key, id,
           vocabulary);
}

std::vector<results::RecordToken> choose_record_tokens(const Job& job, const transformer::ModelConfig& model) {
  const patching::SweepOptions& sweep = job.config().sweep;
  if (const auto& ids = sweep.record_token_ids) {
    validate_record_id("sweep.record_token_ids.apology", ids->apology, model.vocabulary);
    validate_record_id("sweep.record_token_ids.confirm", ids->confirm, model.vocabulary);
    validate(ids->apology != ids->confirm,
             "sweep.record_token_ids: apology and confirm are both {} (every metric would be constant); give two "
             "different ids",
             ids->apology);
    return {{"apology", ids->apology}, {"confirm", ids->confirm}};
  }
  const auto tokenizer = tokenizers::load_tokenizer(job.config().model.path);
  const auto& [apology_word, confirm_word] = sweep.record_tokens;
  const auto [apology, confirm] = dialogue::record_tokens(apology_word, confirm_word, *tokenizer);
  for (const auto& [word, token] : {std::pair{apology_word, apology}, std::pair{confirm_word, confirm}}) {
    validate_record_id(word.c_str(), token.id, model.vocabulary);
    if (token.pieces > 1 && job.world().is_root())
      log_warning("sweep.record_tokens: \"{}\" is {} tokens in this vocabulary; the first one ({}, \"{}\") is used",
                  word, token.pieces, token.id, tokenizer->decode({token.id}));
  }
  return {{"apology", apology.id}, {"confirm", confirm.id}};
}

/// As configured, else what suits the device and weights of every rank.
patching::Arithmetic choose_arithmetic(const Job& job) {
  using patching::Arithmetic;
  const transformer::DType weights = job.config().model.dtype;
  const auto& wanted = job.config().sweep.arithmetic;
  validate(
      wanted != Arithmetic::bf16 || weights == transformer::DType::bf16,
      "sweep.arithmetic: bf16 needs bf16 weights (model.dtype is float32); set model.dtype: bf16, or choose another "
      "arithmetic");
  const bool all_have_units = parallel::minimum(job.world(), device::has_bf16_units(job.device())) == 1;
  if (wanted) return *wanted;
  return patching::suitable_arithmetic(all_have_units, weights);
}

}  // namespace

std::vector<std::int64_t> SweepInputs::record_ids() const {
  std::vector<std::int64_t> ids;
  for (const results::RecordToken& token : record_tokens) ids.push_back(token.id);
  return ids;
}

results::AskedSamples SweepInputs::asked() const {
  results::AskedSamples asked;
  for (const TokenPair& pair : pairs) {
    asked.ids.push_back(pair.id);
    asked.reference_length.push_back(static_cast<std::int32_t>(pair.reference.size()));
    asked.counterfactual_length.push_back(static_cast<std::int32_t>(pair.counterfactual.size()));
  }
  return asked;
}

results::SweepIdentity SweepInputs::identity(const config::Config& config) const {
  return {.model_sha256 = {},
          .dtype = std::string(name_of(config.model.dtype)),
          .arithmetic = std::string(name_of(arithmetic)),
          .record_tokens = record_tokens,
          .tile_rows = tiling.tile_rows,
          .set_samples = tiling.set_samples};
}

SweepInputs read_sweep_inputs(const Job& job, const transformer::ModelConfig& model) {
  const patching::SweepOptions& sweep = job.config().sweep;
  SweepInputs inputs;
  const files::InputFile pairs = files::read_input(sweep.pairs);
  inputs.pairs = parse_token_pairs(job, pairs, model);
  for (const TokenPair& pair : inputs.pairs) inputs.pair_sha256.push_back(digest_of(pair));
  inputs.source = hdf5::parent_of(pairs);
  inputs.record_tokens = choose_record_tokens(job, model);
  inputs.arithmetic = choose_arithmetic(job);
  inputs.tiling = patching::choose_tiling(model, sweep.tile_rows, !job.device().is_cpu());
  const auto samples = static_cast<std::int64_t>(inputs.pairs.size());
  inputs.sets = patching::cut_sample_sets(samples, inputs.tiling.set_samples);
  inputs.checks = patching::choose_checks(job.config().seed, sweep.exact_check, samples, model);
  const auto accurate = transformer::accurate_activations(job.device());
  inputs.cost_inputs =
      planning::sweep_cost_inputs(sweep, inputs.tiling, planning::sweep_precision(inputs.arithmetic, accurate));
  planning::count_tokens(inputs.cost_inputs, inputs.pairs, model);
  return inputs;
}

}  // namespace pinpoint::stages
