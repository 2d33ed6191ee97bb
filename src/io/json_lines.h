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

#include "text/message.h"
#include "text/tokenizer.h"

namespace pinpoint::io {

/// Calls `visit` for every line but blank ones. \param number of the line, from 1 \param name stands for the file
/// \throws UserError for a line that is no JSON object
void for_each_json_line(
    std::string_view jsonl, std::string_view name,
    const std::function<void(const nlohmann::json& object, std::int64_t number, const std::string& place)>& visit);

/// \throws UserError for a key of `object` that is not one of `keys`
void validate_keys(const nlohmann::json& object, const std::vector<std::string>& keys, const std::string& place);

/// \throws UserError unless `object` has a string of that name
std::string string_at(const nlohmann::json& object, const std::string& key, const std::string& place);

/// {"role": .., "content": ..} \throws UserError
text::Message message_of(const nlohmann::json& value, const std::string& place);

/// \param list holds them \param key of the list, for messages \throws UserError for what is no whole number from 0
text::TokenIds token_ids_of(const nlohmann::json& list, const std::string& key, const std::string& place);

}  // namespace pinpoint::io
