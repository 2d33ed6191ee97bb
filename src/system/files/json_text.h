/// \file
/// JSON, parsed strictly.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace pinpoint::files {

/// \param name what the text is, for messages: a file, or "FILE:LINE"
/// \throws UserError when the text is not JSON, is nested more than 100 deep, or an object in it has the same key twice
///         (the library would keep the last one without a word)
nlohmann::json parse_json(std::string_view text, const std::string& name);

}  // namespace pinpoint::files
