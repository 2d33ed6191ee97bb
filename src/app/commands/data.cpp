/// \file
/// `pinpoint data`: makes prompts from data sets.
#include <CLI/CLI.hpp>

#include "app/commands/command_line.h"
#include "app/config/config.h"
#include "app/stages/job_paths.h"
#include "app/stages/pairs_results.h"
#include "language/datasets/are_you_sure_file.h"
#include "language/datasets/mmlu_files.h"
#include "language/datasets/pairs_file.h"
#include "language/datasets/pairs_manifest.h"
#include "language/dialogue/pairs.h"
#include "study/results/run_directory.h"
#include "system/base/digest.h"

namespace pinpoint::commands {
namespace {

void report(const dialogue::PairCounts& counts, std::int64_t max_characters, const std::filesystem::path& file) {
  log_info("{} questions read, {} dropped (first user message above {} characters), {} pairs drawn: {}", counts.read,
           counts.too_long, max_characters, counts.drawn, file.string());
  if (counts.already_answered > 0)
    log_info("{} more of the questions read were dropped (their prompts end with the assistant's words)",
             counts.already_answered);
  if (counts.drawn < counts.asked)
    log_warning("data.pairs.count: {} pairs requested, but only {} are available", counts.asked, counts.drawn);
}

struct MadePairs {
  dialogue::PairSet set;
  std::vector<datasets::SourceFile> sources;
};

MadePairs pairs_from_mmlu(const config::Config& config) {
  const datasets::MmluSplit source = datasets::read_mmlu(*config.data.sources.mmlu, config.data.pairs.split);
  return {dialogue::make_pairs(source.questions, config.data.pairs, config.seed), source.files};
}

MadePairs pairs_from_are_you_sure(const config::Config& config) {
  const datasets::AreYouSureFile source = datasets::read_are_you_sure(*config.data.sources.are_you_sure);
  MadePairs made{dialogue::make_pairs(source.prompts, config.data.pairs, config.seed), {source.file}};
  made.set.counts.read += source.already_answered;
  made.set.counts.already_answered = source.already_answered;
  log_warning(
      "data.pairs.from: the questions of are_you_sure belong to an evaluation (heads that are chosen with them "
      "make it look too good); do not evaluate on the questions of these pairs");
  return made;
}

void make_pairs(const config::Config& config, const std::string& config_file) {
  stages::require_outputs_apart(config, "data pairs", config_file);
  const auto [set, sources] =
      config.data.pairs.from == dialogue::from_are_you_sure ? pairs_from_are_you_sure(config) : pairs_from_mmlu(config);
  const std::string lines = datasets::to_jsonl(set.pairs);
  datasets::PairsManifest manifest;
  manifest.file = results::pairs_file;
  manifest.options = config.data.pairs;
  manifest.seed = config.seed;
  manifest.sources = sources;
  manifest.counts = set.counts;
  manifest.pairs_sha256 = sha256(lines);
  stages::write_pairs(results::RunDirectory(config.output), config.restart, lines, manifest);
  report(set.counts, config.data.pairs.max_characters, config.output / results::pairs_file);
}

ExitStatus run_pairs(stages::Session& session) {
  const config::Config config = config::load_config(session.options.config, session.options.set);
  config::require_keys(config, {"output", "data.sources." + config.data.pairs.from}, "pinpoint data pairs");
  if (session.world.is_root()) make_pairs(config, session.options.config);
  session.world.barrier();
  return ExitStatus::done;
}

}  // namespace

void add_data(CLI::App& app, stages::CommonOptions& common, Command& chosen) {
  CLI::App* data = app.add_subcommand("data", "Make prompts from data sets")->require_subcommand(1);
  CLI::App* pairs = data->add_subcommand("pairs", "Pairs of prompts -> OUT/pairs.jsonl, OUT/pairs.manifest.json");
  add_config_options(*pairs, common);
  pairs->callback([&chosen] { chosen = run_pairs; });
}

}  // namespace pinpoint::commands
