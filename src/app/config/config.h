/// \file
/// The configuration: one YAML file and what --set puts over it, as the options structs of those who use them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "language/dialogue/options.h"
#include "language/text/options.h"
#include "model/transformer/options.h"
#include "study/patching/options.h"
#include "study/tuning/options.h"
#include "system/parallel/options.h"

namespace pinpoint::config {

/// What to do about results that are there already.
enum class Restart {
  automatic,  ///< go on from them where they match
  require,    ///< the same, and fail where there are none
  fresh,      ///< set them aside
};

struct Config {
  transformer::Options model;
  text::ChatOptions chat;
  std::filesystem::path output;  ///< all paths are absolute, or empty where not given
  std::uint64_t seed = 42;
  Restart restart = Restart::automatic;
  parallel::Options parallel;
  patching::SweepOptions sweep;
  patching::SelectOptions select;
  tuning::TuneOptions tune;
  dialogue::DataOptions data;

  std::string name;      ///< the file, as messages name it
  std::string resolved;  ///< YAML of every key with the value in force; itself a configuration that says the same
};

/// Reads `file`, then each "key.path=value" of `set` in turn. Relative paths are relative to the file; those of `set`
/// to the current folder. Errors (all UserError, "FILE:LINE: KEY: ..."): no such file, not YAML, a key that is
/// unknown or given twice, a value of the wrong type or out of its range. Keys without a default may be missing.
Config load_config(const std::filesystem::path& file, const std::vector<std::string>& set);

/// The same for a text; `name` stands for the file in messages.
Config parse_config(std::string_view yaml, const std::filesystem::path& base_dir, const std::vector<std::string>& set,
                    std::string_view name);

/// Throws a UserError that names the first of `keys` that has neither a value nor a default; `command` is who needs it.
void require_keys(const Config& config, const std::vector<std::string>& keys, std::string_view command);

}  // namespace pinpoint::config
