/// \file
/// The configuration: one YAML file, overridden by --set, as the options structs of the code that uses them.
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

/// What to do with existing results.
enum class Restart {
  automatic,  ///< resume from them if they match
  require,    ///< the same, but fail if there are none
  fresh,      ///< set them aside
};

struct Config {
  transformer::Options model;
  text::ChatOptions chat;
  std::filesystem::path output;  ///< all paths are absolute, or empty if not given
  std::uint64_t seed = 42;
  Restart restart = Restart::automatic;
  parallel::Options parallel;
  patching::SweepOptions sweep;
  patching::SelectOptions select;
  tuning::TuneOptions tune;
  dialogue::DataOptions data;

  std::string name;      ///< the file's name in messages
  std::string resolved;  ///< YAML of every key with its value; reading it gives the same configuration
};

/// Reads `file`, then each "key.path=value" of `set` in turn. Relative paths are relative to the file; those of `set`
/// to the current folder. Errors (all UserError, "FILE:LINE: KEY: ..."): no such file, not YAML, a key that is
/// unknown or given twice, a value of the wrong type or out of its range. Keys without a default may be missing.
Config load_config(const std::filesystem::path& file, const std::vector<std::string>& set);

/// The same for a text. Messages name it `name`.
Config parse_config(std::string_view yaml, const std::filesystem::path& base_dir, const std::vector<std::string>& set,
                    std::string_view name);

/// \throws UserError that names the first of `keys` without a value or default, and the `command` that needs it
void require_keys(const Config& config, const std::vector<std::string>& keys, std::string_view command);

}  // namespace pinpoint::config
