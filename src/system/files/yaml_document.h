/// \file
/// Parses YAML, with errors that name the line.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string_view>

namespace pinpoint::files {

/// The only document of `text`. An empty text is a null node.
/// \throws UserError "NAME:LINE: ..." for malformed YAML or a second document
YAML::Node parse_yaml(std::string_view text, std::string_view name);

/// "NAME:LINE" of `node`, lines counted from 1; only NAME if the node is not in the text.
std::string place_of(const YAML::Node& node, std::string_view name);

}  // namespace pinpoint::files
