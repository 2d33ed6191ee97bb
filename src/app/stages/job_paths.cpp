#include "app/stages/job_paths.h"

#include <string>
#include <vector>

#include "language/text/options.h"
#include "study/results/run_directory.h"
#include "system/files/path_conflict.h"

namespace pinpoint::stages {
namespace {

namespace fs = std::filesystem;

std::vector<files::InputPath> inputs_of(const config::Config& config, std::string_view command) {
  if (command == "data pairs") {
    const dialogue::Sources& sources = config.data.sources;
    const bool from_mmlu = config.data.pairs.from == dialogue::from_mmlu;
    return {{"data.sources." + config.data.pairs.from, (from_mmlu ? sources.mmlu : sources.are_you_sure).value_or("")}};
  }
  std::vector<files::InputPath> inputs{{"model.path", config.model.path}};
  if (text::names_template_file(config.chat.chat_template))
    inputs.push_back({"model.chat_template", config.chat.chat_template});
  if (command == "sweep") inputs.push_back({"sweep.pairs", config.sweep.pairs});
  if (command == "tune") {
    inputs.push_back({"tune.data", config.tune.data});
    inputs.push_back({"select.heads", config.select.heads.value_or("")});
  }
  return inputs;
}

}  // namespace

void require_outputs_apart(const config::Config& config, std::string_view command, const fs::path& config_file) {
  std::vector<files::InputPath> inputs = inputs_of(config, command);
  inputs.push_back({"CONFIG", config_file});
  files::require_apart(results::outputs_of(config.output, command), inputs);
}

}  // namespace pinpoint::stages
