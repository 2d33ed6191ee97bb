#include "language/datasets/pairs_manifest.h"

#include <nlohmann/json.hpp>

#include "language/dialogue/wording.h"
#include "system/base/version.h"

namespace pinpoint::datasets {
namespace {

using nlohmann::ordered_json;

ordered_json wording(bool from_mmlu) {
  return {{"system_message", dialogue::system_message},
          {"letter_request", from_mmlu ? ordered_json(dialogue::letter_request) : ordered_json()},
          {"reference_user", dialogue::doubting_user},
          {"counterfactual_user", dialogue::agreeing_user}};
}

ordered_json counts_of(const dialogue::PairCounts& counts, bool from_mmlu) {
  ordered_json numbers{{"read", counts.read}, {"too_long", counts.too_long}};
  if (!from_mmlu) numbers["already_answered"] = counts.already_answered;
  numbers["asked"] = counts.asked;
  numbers["drawn"] = counts.drawn;
  return numbers;
}

ordered_json sources_of(const std::vector<SourceFile>& files) {
  auto sources = ordered_json::array();
  for (const SourceFile& file : files)
    sources.push_back({{"file", file.name}, {"sha256", file.sha256}, {"rows", file.rows}});
  return sources;
}

}  // namespace

std::string to_json(const PairsManifest& manifest) {
  const auto& [file, options, seed, files, counts, pairs_sha256] = manifest;
  const bool from_mmlu = options.from == dialogue::from_mmlu;
  const ordered_json contents{{"file", file},
                              {"sha256", pairs_sha256},
                              {"from", options.from},
                              {"split", from_mmlu ? ordered_json(options.split) : ordered_json()},
                              {"seed", seed},
                              {"max_characters", options.max_characters},
                              {"answer", options.answer},
                              {"counts", counts_of(counts, from_mmlu)},
                              {"wording", wording(from_mmlu)},
                              {"sources", sources_of(files)},
                              {"software_version", software_version()},
                              {"commit", software_commit()}};
  return contents.dump(2) + "\n";
}

std::optional<std::string> pairs_sha256_of(const std::string& manifest) {
  const auto json = nlohmann::json::parse(manifest, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("software_version") || !json.contains("sha256")) return std::nullopt;
  const auto& sha256 = json["sha256"];
  return sha256.is_string() ? std::optional(sha256.get<std::string>()) : std::nullopt;
}

}  // namespace pinpoint::datasets
