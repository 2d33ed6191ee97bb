/// \file
/// Files with one JSON object per line, and what their readers share. Every message begins with `place`, "FILE:LINE".
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace pinpoint::files {

/// Calls `visit` for every line that is not blank. Lines are numbered from 1. \param name of the file, for messages
/// \throws UserError for a line that is not a JSON object
void for_each_json_line(
    std::string_view jsonl, std::string_view name,
    const std::function<void(const nlohmann::json& object, std::int64_t number, const std::string& place)>& visit);

/// \throws UserError if `object` has a key that is not one of `keys`
void validate_keys(const nlohmann::json& object, const std::vector<std::string>& keys, const std::string& place);

/// \throws UserError unless `object` has a string of that name
std::string string_at(const nlohmann::json& object, const std::string& key, const std::string& place);

}  // namespace pinpoint::files
