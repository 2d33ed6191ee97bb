/// \file
/// A YAML text as one tree of nodes, with errors that name the line.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string_view>

namespace pinpoint::files {

/// The one document of `text`. Whatever YAML does not allow, and a second document, is a UserError "NAME:LINE: ...".
/// An empty text is a null node.
YAML::Node parse_yaml(std::string_view text, std::string_view name);

/// "NAME:LINE" of `node`, lines counted from 1; only NAME where the node has no place in the text.
std::string place_of(const YAML::Node& node, std::string_view name);

}  // namespace pinpoint::files
