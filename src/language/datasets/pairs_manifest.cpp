#include "language/datasets/pairs_manifest.h"

#include <nlohmann/json.hpp>

#include "language/dialogue/wording.h"
#include "system/base/version.h"

namespace pinpoint::datasets {
namespace {

using nlohmann::ordered_json;

ordered_json wording() {
  return {{"system_message", dialogue::system_message},
          {"letter_request", dialogue::letter_request},
          {"reference_user", dialogue::doubting_user},
          {"counterfactual_user", dialogue::agreeing_user}};
}

ordered_json sources_of(const std::vector<SourceFile>& files) {
  auto sources = ordered_json::array();
  for (const SourceFile& file : files)
    sources.push_back({{"file", file.name}, {"sha256", file.sha256}, {"rows", file.rows}});
  return sources;
}

}  // namespace

std::string to_json(const PairsManifest& manifest) {
  const auto& [file, options, seed, sources, counts, pairs_sha256] = manifest;
  const ordered_json json{
      {"file", file},
      {"sha256", pairs_sha256},
      {"from", options.from},
      {"split", options.split},
      {"seed", seed},
      {"max_characters", options.max_characters},
      {"answer", options.answer},
      {"counts",
       {{"read", counts.read}, {"too_long", counts.too_long}, {"asked", counts.asked}, {"drawn", counts.drawn}}},
      {"wording", wording()},
      {"sources", sources_of(sources)},
      {"software_version", software_version()},
      {"commit", software_commit()}};
  return json.dump(2) + "\n";
}

}  // namespace pinpoint::datasets
