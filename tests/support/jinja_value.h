/// \file
/// Values of templates from JSON.
#pragma once

#include <nlohmann/json.hpp>

#include "language/jinja/value.h"

namespace pinpoint::test {

/// \param is_message whether texts count as parts of a message; within the member "messages" they do
jinja::Value jinja_value(const nlohmann::ordered_json& json, bool is_message = false);

}  // namespace pinpoint::test
