/// \file
/// Strict JSON.
#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace pinpoint::files {

/// \param name what the text is, for messages: a file, or "FILE:LINE"
/// \throws UserError if the text is not JSON, is nested more than 100 deep, or has the same key twice in one object
///         (the library would silently keep the last one)
nlohmann::json parse_json(std::string_view text, const std::string& name);

/// The object in a file of a model's folder. \throws UserError also if the file cannot be read or is not an object
nlohmann::json read_json_object(const std::filesystem::path& file);
/// The same, or an empty object if there is no such file.
nlohmann::json read_json_object_if_there(const std::filesystem::path& file);

}  // namespace pinpoint::files
