/// \file
/// Looking for known forms in a text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pinpoint::text {

/// The longest of `forms` that `text` starts with; empty where there is none.
inline std::string_view longest_prefix(std::string_view text, const std::vector<std::string>& forms) {
  std::string_view longest;
  for (const std::string& form : forms) {
    if (form.size() > longest.size() && text.starts_with(form)) longest = form;
  }
  return longest;
}

}  // namespace pinpoint::text
