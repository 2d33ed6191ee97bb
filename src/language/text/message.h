/// \file
/// A dialogue as a list of messages.
#pragma once

#include <string>
#include <vector>

namespace pinpoint::text {

enum class Role { system, user, assistant };

struct Message {
  Role role = Role::user;
  std::string content;
  bool operator==(const Message&) const = default;
};

using Dialogue = std::vector<Message>;

}  // namespace pinpoint::text
