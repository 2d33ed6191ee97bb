/// \file
/// Fuzzes the configuration. The input is the file's text.
#include <cstdint>
#include <optional>

#include "app/config/config.h"
#include "expect.h"
#include "system/base/check.h"

namespace pinpoint::config {
namespace {

std::optional<Config> parse(std::string_view yaml) {
  try {
    return parse_config(yaml, "/configs", {}, "run.yaml");
  } catch (const UserError&) {
    return std::nullopt;
  }
}

/// The values that are free text, where quoting could fail.
std::vector<std::string> texts_of(const Config& config) {
  return {config.model.path,
          config.chat.chat_template,
          config.chat.system_message.value_or("none"),
          config.output,
          config.sweep.pairs,
          config.sweep.record_tokens.apology,
          config.sweep.record_tokens.confirm,
          config.data.sources.mmlu.value_or("none"),
          config.data.sources.are_you_sure.value_or("none"),
          config.data.pairs.split,
          config.data.pairs.answer};
}

void check_config(std::string_view yaml) {
  const auto config = parse(yaml);
  if (!config) return;
  const auto again = parse(config->resolved);
  fuzz::expect(again.has_value(), "a resolved configuration is a configuration");
  fuzz::expect(again->resolved == config->resolved && texts_of(*again) == texts_of(*config),
               "a resolved configuration says the same");
}

}  // namespace
}  // namespace pinpoint::config

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pinpoint::config::check_config({reinterpret_cast<const char*>(data), size});
  return 0;
}
