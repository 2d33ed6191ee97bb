/// \file
/// The table of configuration keys. Reading, error messages and the resolved configuration follow from it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/config/config.h"
#include "app/config/config_value.h"

namespace pinpoint::config {

struct ConfigKey {
  std::string path;                                       ///< "sweep.samples"
  std::function<void(Config&, const ConfigValue&)> read;  ///< throws UserError for an invalid value
  std::function<std::string(const Config&)> write;        ///< one line of YAML; "null" if there is no value
};

/// Every key, in the order of configs/reference.yaml. The keys of a section are adjacent.
std::vector<ConfigKey> config_keys();

}  // namespace pinpoint::config
