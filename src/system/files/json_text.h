/// \file
/// Strict JSON.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace pinpoint::files {

/// \param name what the text is, for messages: a file, or "FILE:LINE"
/// \throws UserError if the text is not JSON, is nested more than 100 deep, or has the same key twice in one object
///         (the library would silently keep the last one)
nlohmann::json parse_json(std::string_view text, const std::string& name);

}  // namespace pinpoint::files
