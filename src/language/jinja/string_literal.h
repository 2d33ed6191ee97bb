/// \file
/// Escapes in the quoted texts of a template.
#pragma once

#include <string>
#include <string_view>

namespace pinpoint::jinja {

/// `text`, what is between the quotes, with Python's escapes replaced: \n, \t, \', \x41, \u00e9, \101, .. An unknown
/// escape stays as it is.
std::string unescaped(std::string_view text);

}  // namespace pinpoint::jinja
