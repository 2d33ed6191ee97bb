/// \file
/// Replaces one text by another.
#pragma once

#include <string>
#include <string_view>

namespace pinpoint::tokenizers {

struct Replacement {
  std::string from;  ///< not empty
  std::string to;

  /// `text` with every `from` replaced by `to`, from left to right.
  std::string apply(std::string_view text) const;
};

}  // namespace pinpoint::tokenizers
