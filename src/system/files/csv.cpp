#include "system/files/csv.h"

#include <algorithm>

#include "system/base/check.h"
#include "system/base/unicode.h"

namespace pinpoint::files {
namespace {

/// Reads from left to right. Each function consumes what its name says.
class CsvParser {
 public:
  CsvParser(std::string_view text, const std::string& name) : rest_(text), name_(name) {}

  std::vector<CsvRow> rows() {
    std::vector<CsvRow> rows;
    accept("\xEF\xBB\xBF");
    validate(rest_.find('\n') != std::string_view::npos || rest_.find('\r') == std::string_view::npos,
             "{}: its lines end with CR only; convert them to LF (tr '\\r' '\\n')", name_);
    while (skip_blank_lines(), !rest_.empty()) rows.push_back(row());
    return rows;
  }

 private:
  void skip_blank_lines() {
    while (true) {
      const std::size_t text = rest_.find_first_not_of(" \t");
      std::string_view end = rest_.substr(std::min(text, rest_.size()));
      if (end.starts_with('\r')) end.remove_prefix(1);
      if (!end.starts_with('\n')) {
        if (end.empty()) rest_ = end;
        return;
      }
      rest_ = end.substr(1);
      ++line_;
    }
  }

  CsvRow row() {
    CsvRow row{line_, {}};
    do {
      row.fields.push_back(accept("\"") ? quoted_field() : plain_field());
      validate(is_utf8(row.fields.back()), "{}:{}: a field is not UTF-8; convert the file", name_, line_);
      validate(row.fields.back().find('\0') == std::string::npos,
               "{}:{}: a field has a NUL character (damaged, or UTF-16); correct the line, or convert the file", name_,
               line_);
    } while (accept(","));
    validate(rest_.empty() || accept("\n") || accept("\r\n"),
             "{}:{}: text follows a closing quote (a quote inside a field is written twice); correct the line", name_,
             line_);
    ++line_;
    return row;
  }

  std::string plain_field() {
    return take(std::min({rest_.find(','), rest_.find('\n'), rest_.find("\r\n"), rest_.size()}));
  }

  std::string quoted_field() {
    std::string field;
    const std::int64_t first_line = line_;
    do {
      const std::size_t quote = rest_.find('"');
      validate(quote != std::string_view::npos, "{}:{}: a quote is never closed; close it, or copy the file anew",
               name_, first_line);
      field += take(quote + 1);  // including the quote, which is kept if a second one follows
    } while (accept("\""));
    field.pop_back();
    line_ += std::ranges::count(field, '\n');
    return field;
  }

  std::string take(std::size_t size) {
    std::string taken(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return taken;
  }

  bool accept(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  std::string_view rest_;
  const std::string& name_;
  std::int64_t line_ = 1;
};

}  // namespace

std::vector<CsvRow> parse_csv(std::string_view text, const std::string& name) { return CsvParser(text, name).rows(); }

}  // namespace pinpoint::files
