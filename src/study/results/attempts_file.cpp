#include "study/results/attempts_file.h"

#include <nlohmann/json.hpp>

#include "system/base/check.h"
#include "system/files/json_text.h"
#include "system/files/text_file.h"

namespace pinpoint::results {
namespace {

Attempt parse_attempt(const nlohmann::json& entry) {
  Attempt attempt{.job = entry.at("job").get<std::string>(),
                  .requeues = entry.at("requeues").get<std::int64_t>(),
                  .fresh = entry.at("fresh").get<bool>(),
                  .saved = entry.at("saved").get<std::int64_t>(),
                  .finished = entry.at("finished").get<bool>(),
                  .seconds = std::nullopt,
                  .fruitless = entry.at("fruitless").get<std::int64_t>(),
                  .conditions = entry.at("conditions").get<std::string>()};
  if (const nlohmann::json& seconds = entry.at("seconds"); !seconds.is_null()) attempt.seconds = seconds.get<double>();
  return attempt;
}

}  // namespace

Attempts read_attempts(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return {};
  Attempts attempts;
  try {
    const nlohmann::json all = files::parse_json(files::read_file(file), file.string());
    for (const auto& [command, entry] : all.items()) attempts[command] = parse_attempt(entry);
  } catch (const nlohmann::json::exception& error) {
    throw UserError(
        fmt::format("{}: is damaged ({}); remove it, results do not depend on it", file.string(), error.what()));
  }
  return attempts;
}

void write_attempts(const std::filesystem::path& file, const Attempts& attempts) {
  nlohmann::ordered_json all = nlohmann::ordered_json::object();
  for (const auto& [command, attempt] : attempts) {
    nlohmann::ordered_json& entry = all[command];
    entry = {{"job", attempt.job},
             {"requeues", attempt.requeues},
             {"fresh", attempt.fresh},
             {"saved", attempt.saved},
             {"finished", attempt.finished},
             {"seconds", nullptr},
             {"fruitless", attempt.fruitless},
             {"conditions", attempt.conditions}};
    if (attempt.seconds) entry["seconds"] = *attempt.seconds;
  }
  files::write_atomically(file, all.dump(2) + "\n");
}

}  // namespace pinpoint::results
