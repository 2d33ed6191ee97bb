/// \file
/// Files with a JSON object a line, and what their readers have in common. Every message begins with a place,
/// "FILE:LINE".
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace pinpoint::files {

/// Calls `visit` for every line but blank ones. \param number of the line, from 1 \param name stands for the file
/// \throws UserError for a line that is no JSON object
void for_each_json_line(
    std::string_view jsonl, std::string_view name,
    const std::function<void(const nlohmann::json& object, std::int64_t number, const std::string& place)>& visit);

/// \throws UserError for a key of `object` that is not one of `keys`
void validate_keys(const nlohmann::json& object, const std::vector<std::string>& keys, const std::string& place);

/// \throws UserError unless `object` has a string of that name
std::string string_at(const nlohmann::json& object, const std::string& key, const std::string& place);

}  // namespace pinpoint::files
