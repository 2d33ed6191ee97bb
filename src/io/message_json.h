/// \file
/// Messages as JSON: {"role": "user", "content": ".."}.
#pragma once

#include <nlohmann/json.hpp>

#include <string>

#include "text/message.h"

namespace pinpoint::io {

/// \param place "FILE:LINE", for messages \throws UserError for a role that there is not
text::Role role_of(const std::string& name, const std::string& place);

/// [{"role", "content"}, ..]
nlohmann::ordered_json to_json(const text::Dialogue& dialogue);

}  // namespace pinpoint::io
