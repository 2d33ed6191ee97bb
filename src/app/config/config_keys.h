/// \file
/// The one table of configuration keys: what is read, named in errors, resolved and documented follows from it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/config/config.h"
#include "app/config/config_value.h"

namespace pinpoint::config {

struct ConfigKey {
  std::string path;                                       ///< "sweep.samples"
  std::function<void(Config&, const ConfigValue&)> read;  ///< UserError for a value that does not fit
  std::function<std::string(const Config&)> write;        ///< as one line of YAML; "null" where there is no value
};

/// Every key, in the order of configs/reference.yaml: the keys of a section stand together.
std::vector<ConfigKey> config_keys();

}  // namespace pinpoint::config
