/// \file
/// Comma-separated values as RFC 4180 defines them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pinpoint::files {

struct CsvRow {
  std::int64_t line = 1;  ///< where it begins
  std::vector<std::string> fields;
};

/// All rows of `text`. A field in quotes may hold commas, line ends and doubled quotes; rows end with LF or CRLF, the
/// last one also without. Nothing is trimmed; a byte order mark in front is skipped. A quote inside a field that does
/// not begin with one stands for itself: the RFC forbids it, but MMLU's files have it.
/// \param name of the file, for messages
/// \throws UserError "NAME:LINE: ..." for quotes that are not closed, or closed before the field ends, and for bytes
///         that are not UTF-8
std::vector<CsvRow> parse_csv(std::string_view text, const std::string& name);

}  // namespace pinpoint::files
