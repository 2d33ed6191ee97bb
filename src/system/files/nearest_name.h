/// \file
/// "Did you mean ...?" for misspelt names.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pinpoint::files {

/// Levenshtein distance: the least number of characters to insert, delete or replace.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `name`, the first of equals. None if all differ in more than two letters and in more than a
/// third of `name`, or in all of it.
std::optional<std::string> nearest_name(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace pinpoint::files
