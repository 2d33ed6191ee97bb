/// \file
/// Comma-separated values (RFC 4180).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pinpoint::files {

struct CsvRow {
  std::int64_t line = 1;  ///< on which the row begins, from 1
  std::vector<std::string> fields;
};

/// All rows of `text`. Lines without any character but blanks and tabs are skipped. A field in quotes may contain
/// commas, line ends and doubled quotes. Rows end with LF or CRLF; the last one needs neither. Nothing is trimmed. A
/// byte order mark at the start is skipped. In a field that does not begin with a quote, a quote is an ordinary
/// character: the RFC forbids that, but MMLU's files have it. \param name of the file, for messages \throws UserError
/// "NAME:LINE: ..." for a quote that is not closed, text after a closing quote, a NUL, bytes that are not UTF-8, and
/// lines that end with CR only
std::vector<CsvRow> parse_csv(std::string_view text, const std::string& name);

}  // namespace pinpoint::files
