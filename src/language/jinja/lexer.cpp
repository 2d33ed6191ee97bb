#include "language/jinja/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "language/jinja/error.h"
#include "language/jinja/string_literal.h"
#include "system/base/unicode.h"

namespace pinpoint::jinja {
namespace {

using Kind = Token::Kind;
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string with_line_feeds(std::string_view source) {
  std::string text;
  for (std::size_t at = 0; at < source.size(); ++at) {
    if (source[at] != '\r') {
      text += source[at];
      continue;
    }
    text += '\n';
    if (source.substr(at + 1).starts_with('\n')) ++at;
  }
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

class Lexer {
 public:
  explicit Lexer(std::string source) : source_(std::move(source)) {}

  std::vector<Token> run() {
    while (at_ < source_.size()) {
      const std::size_t tag = next_tag();
      add_data(tag);
      if (tag == source_.size()) break;
      read_tag();
    }
    add(Kind::end);
    return std::move(tokens_);
  }

 private:
  std::string_view rest() const { return std::string_view(source_).substr(at_); }

  std::string_view rest_before() const { return std::string_view(source_).substr(0, at_); }

  std::size_t after_space(std::size_t at) const {
    return source_.size() - strip_start(std::string_view(source_).substr(at)).size();
  }

  [[noreturn]] void fail(const std::string& what) const { throw LocatedError(line_, what); }

  void add(Kind kind, std::string text = {}) { tokens_.push_back({kind, std::move(text), line_}); }

  void move_to(std::size_t end) {
    line_ += static_cast<int>(std::count(source_.begin() + static_cast<std::ptrdiff_t>(at_),
                                         source_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
    at_ = end;
  }

  std::size_t next_tag() const {
    for (std::size_t at = source_.find('{', at_); at < source_.size(); at = source_.find('{', at + 1))
      if (at + 1 < source_.size() && std::string_view("{%#").find(source_[at + 1]) != std::string_view::npos) return at;
    return source_.size();
  }

  /// The text up to the tag at `tag`, without what the tag removes on its left.
  void add_data(std::size_t tag) {
    std::string_view data = rest().substr(0, tag - at_);
    const std::string_view opening = std::string_view(source_).substr(tag, 3);
    if (opening.ends_with('-') && opening.size() == 3)
      data = strip_end(data);
    else if (!opening.ends_with('+') && (opening.starts_with("{%") || opening.starts_with("{#")))
      data = without_indentation(data);
    if (!data.empty()) add(Kind::data, std::string(data));
    move_to(tag);
  }

  /// Drops white space between the start of the line and a tag.
  std::string_view without_indentation(std::string_view data) const {
    const std::size_t line_feed = data.rfind('\n');
    if (line_feed == std::string_view::npos && !at_line_start_) return data;
    const std::size_t start = line_feed == std::string_view::npos ? 0 : line_feed + 1;
    return strip(data.substr(start)).empty() ? data.substr(0, start) : data;
  }

  void read_tag() {
    const char second = source_[at_ + 1];
    if (second == '#') return skip_comment();
    const bool is_statement = second == '%';
    const std::size_t first_token = tokens_.size();
    add(is_statement ? Kind::statement_begin : Kind::output_begin);
    skip_opening();
    read_expression(is_statement);
    const bool is_raw = is_statement && tokens_.size() == first_token + 3 && tokens_[first_token + 1].is_name("raw");
    if (!is_raw) return;
    tokens_.resize(first_token);
    if (rest_before().ends_with("%}\n") && !rest_before().ends_with("-%}\n")) --at_, --line_;  // Jinja keeps it here
    read_raw();
  }

  void skip_opening() {
    const std::string_view sign = rest().substr(2, 1);
    move_to(at_ + (sign == "-" || sign == "+" ? 3 : 2));
  }

  void skip_comment() {
    const std::string_view sign = rest().substr(2, 1);
    const std::size_t begin = at_ + (sign == "-" || sign == "+" ? 3 : 2), close = source_.find("#}", begin);
    if (close == std::string::npos) fail("a comment \"{#\" is not closed with \"#}\"");
    const char before = close > begin ? source_[close - 1] : '\0';
    move_to(close);
    close_tag(2, before == '-', before != '+');
  }

  /// Moves behind the tag's end, `length` bytes from here, and what it removes on its right.
  void close_tag(std::size_t length, bool strips, bool trims_line_feed) {
    std::size_t end = at_ + length;
    if (strips)
      end = after_space(end);
    else if (trims_line_feed && end < source_.size() && source_[end] == '\n')
      ++end;
    at_line_start_ = source_[end - 1] == '\n';
    move_to(end);
  }

  /// Text until the end of a raw block, which is not looked into.
  void read_raw() {
    for (std::size_t tag = source_.find("{%", at_); tag != std::string::npos; tag = source_.find("{%", tag + 2)) {
      std::size_t name = tag + 2;
      if (name < source_.size() && (source_[name] == '-' || source_[name] == '+')) ++name;
      name = after_space(name);
      if (!std::string_view(source_).substr(name).starts_with("endraw")) continue;
      add_data(tag);
      const std::size_t begin = tokens_.size();
      add(Kind::statement_begin);
      skip_opening();
      read_expression(true);
      tokens_.resize(begin);
      return;
    }
    fail("{% raw %} is not closed with {% endraw %}");
  }

  void read_expression(bool is_statement) {
    std::vector<char> open;  // brackets
    while (true) {
      move_to(after_space(at_));
      if (at_ == source_.size())
        fail(is_statement ? "\"{%\" is not closed with \"%}\"" : "\"{{\" is not closed with \"}}\"");
      if (open.empty() && ends_tag(is_statement)) return;
      read_token(open);
    }
  }

  bool ends_tag(bool is_statement) {
    const std::string_view close = is_statement ? "%}" : "}}";
    const char sign = source_[at_];
    const bool is_signed = (sign == '-' || (sign == '+' && is_statement)) && rest().substr(1).starts_with(close);
    if (!is_signed && !rest().starts_with(close)) return false;
    add(is_statement ? Kind::statement_end : Kind::output_end);
    close_tag(is_signed ? 3 : 2, is_signed && sign == '-', is_statement && !is_signed);
    return true;
  }

  void read_token(std::vector<char>& open) {
    const char c = source_[at_];
    if (is_letter(c)) return read_while(Kind::name, [](char d) { return is_letter(d) || is_digit(d); });
    if (is_digit(c)) return read_number();
    if (c == '\'' || c == '"') return read_string();
    read_operator(open);
  }

  template <class Belongs>
  void read_while(Kind kind, Belongs belongs) {
    const auto end = std::ranges::find_if_not(rest(), belongs);
    const auto length = static_cast<std::size_t>(end - rest().begin());
    add(kind, std::string(rest().substr(0, length)));
    move_to(at_ + length);
  }

  /// 12, 1_000, 1.5, 2e3; other bases are not supported.
  void read_number() {
    const auto digits_end = [&](std::size_t from) {
      return std::min(source_.find_first_not_of("0123456789_", from), source_.size());
    };
    std::size_t end = digits_end(at_);
    Kind kind = Kind::integer;
    if (end + 1 < source_.size() && source_[end] == '.' && is_digit(source_[end + 1])) {
      kind = Kind::floating;
      end = digits_end(end + 1);
    }
    const std::size_t sign = end + 1 < source_.size() && (source_[end + 1] == '+' || source_[end + 1] == '-') ? 1 : 0;
    if (end + 1 + sign < source_.size() && (source_[end] | 0x20) == 'e' && is_digit(source_[end + 1 + sign])) {
      kind = Kind::floating;
      end = digits_end(end + 1 + sign);
    }
    std::string digits(rest().substr(0, end - at_));
    if (end < source_.size() && is_letter(source_[end]))
      fail(fmt::format("the number {} is followed by a letter", digits));
    std::erase(digits, '_');
    add(kind, std::move(digits));
    move_to(end);
  }

  void read_string() {
    const char quote = source_[at_];
    std::size_t end = at_ + 1;
    while (end < source_.size() && source_[end] != quote) end += source_[end] == '\\' ? 2 : 1;
    if (end >= source_.size()) fail("a text in quotes is not closed");
    const std::string_view quoted = rest().substr(1, end - at_ - 1);
    if (quoted.find("\\N{") != std::string_view::npos) fail("characters by name (\\N{..}) are not supported");
    add(Kind::string, unescaped(quoted));
    move_to(end + 1);
  }

  void read_operator(std::vector<char>& open) {
    constexpr std::array<std::string_view, 26> operators{"**", "//", "==", "!=", ">=", "<=", "+", "-", "*",
                                                         "/",  "%",  "~",  "[",  "]",  "(",  ")", "{", "}",
                                                         ">",  "<",  "=",  ".",  ":",  "|",  ",", ";"};
    const auto found = std::ranges::find_if(operators, [&](std::string_view op) { return rest().starts_with(op); });
    if (found == operators.end()) fail(fmt::format("unexpected character \"{}\"", rest().substr(0, 1)));
    check_bracket(found->front(), open);
    add(Kind::op, std::string(*found));
    move_to(at_ + found->size());
  }

  void check_bracket(char c, std::vector<char>& open) const {
    if (c == '(' || c == '[' || c == '{') open.push_back(c == '(' ? ')' : c == '[' ? ']' : '}');
    if (c != ')' && c != ']' && c != '}') return;
    if (open.empty() || open.back() != c) fail(fmt::format("unexpected {}", c));
    open.pop_back();
  }

  std::string source_;
  std::size_t at_ = 0;
  int line_ = 1;
  bool at_line_start_ = true;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokens_of(std::string_view source) { return Lexer(with_line_feeds(source)).run(); }

}  // namespace pinpoint::jinja
