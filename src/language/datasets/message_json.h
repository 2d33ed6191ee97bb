/// \file
/// Messages and token ids as JSON: {"role": "user", "content": ".."} and [1, 2, ..].
#pragma once

#include <nlohmann/json.hpp>

#include <string>

#include "language/text/message.h"
#include "language/text/tokenizer.h"

namespace pinpoint::datasets {

/// \param place "FILE:LINE", for messages \throws UserError for an unknown role
text::Role role_of(const std::string& name, const std::string& place);

/// [{"role", "content"}, ..]
nlohmann::ordered_json to_json(const text::Dialogue& dialogue);

/// {"role": .., "content": ..} \throws UserError
text::Message message_of(const nlohmann::json& value, const std::string& place);

/// \param key of `list`, for messages \throws UserError for a value that is not a whole number from 0
text::TokenIds token_ids_of(const nlohmann::json& list, const std::string& key, const std::string& place);

}  // namespace pinpoint::datasets
