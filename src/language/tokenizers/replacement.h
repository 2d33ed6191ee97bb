/// \file
/// One text in place of another.
#pragma once

#include <string>
#include <string_view>

namespace pinpoint::tokenizers {

struct Replacement {
  std::string from;  ///< not empty
  std::string to;

  /// `text` with every `from`, found from left to right, as `to`.
  std::string apply(std::string_view text) const;
};

}  // namespace pinpoint::tokenizers
