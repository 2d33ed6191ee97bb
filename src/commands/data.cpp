/// \file
/// `pinpoint data`: prompts, made from data sets.
#include <CLI/CLI.hpp>

#include "base/digest.h"
#include "commands/command.h"
#include "dialogue/pairs.h"
#include "io/config.h"
#include "io/mmlu_files.h"
#include "io/pairs_file.h"
#include "io/pairs_manifest.h"
#include "io/text_file.h"

namespace pinpoint::commands {
namespace {

void report(const dialogue::PairCounts& counts, std::int64_t max_characters, const std::filesystem::path& file) {
  log_info("{} questions read, {} dropped (first user message above {} characters), {} pairs drawn: {}", counts.read,
           counts.too_long, max_characters, counts.drawn, file.string());
  if (counts.drawn < counts.asked)
    log_warning("data.pairs.count: {} pairs were asked for, {} is all there are", counts.asked, counts.drawn);
}

void make_pairs(const io::Config& config) {
  const io::MmluSplit source = io::read_mmlu(*config.data.sources.mmlu, config.data.pairs.split);
  const dialogue::PairSet set = dialogue::make_pairs(source.questions, config.data.pairs, config.seed);
  const std::string lines = io::to_jsonl(set.pairs);

  io::make_folder(config.output);
  io::write_atomically(config.output / "pairs.jsonl", lines);
  io::PairsManifest manifest;
  manifest.options = config.data.pairs;
  manifest.seed = config.seed;
  manifest.sources = source.files;
  manifest.counts = set.counts;
  manifest.pairs_sha256 = sha256(lines);
  io::write_atomically(config.output / "pairs.manifest.json", io::to_json(manifest));
  report(set.counts, config.data.pairs.max_characters, config.output / "pairs.jsonl");
}

ExitStatus run_pairs(Session& session) {
  const io::Config config = io::load_config(session.options.config, session.options.set);
  io::require_keys(config, {"output", "data.sources.mmlu"}, "pinpoint data pairs");
  if (session.world.is_root()) make_pairs(config);
  session.world.barrier();
  return ExitStatus::done;
}

}  // namespace

void add_data(CLI::App& app, CommonOptions& common, Command& chosen) {
  CLI::App* data = app.add_subcommand("data", "Make prompts from data sets")->require_subcommand(1);
  CLI::App* pairs = data->add_subcommand("pairs", "Pairs of prompts -> OUT/pairs.jsonl, OUT/pairs.manifest.json");
  add_config_options(*pairs, common);
  pairs->callback([&chosen] { chosen = run_pairs; });
}

}  // namespace pinpoint::commands
