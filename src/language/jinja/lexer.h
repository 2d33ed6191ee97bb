/// \file
/// Cuts the source of a template into tokens, with Jinja's rules for white space.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pinpoint::jinja {

struct Token {
  enum class Kind {
    data,
    statement_begin,
    statement_end,
    output_begin,
    output_end,
    name,
    string,
    integer,
    floating,
    op,
    end
  };
  Kind kind = Kind::end;
  std::string text;  ///< of a string: its value; of tags: empty
  int line = 0;      ///< counted from 1

  bool is(Kind other, std::string_view its_text) const { return kind == other && text == its_text; }
  bool is_op(std::string_view its_text) const { return is(Kind::op, its_text); }
  bool is_name(std::string_view its_text) const { return is(Kind::name, its_text); }
};

/// The last token is `end`. White space is treated as transformers sets it: `trim_blocks` (the line feed after a
/// statement or comment is dropped), `lstrip_blocks` (so are blanks before it on its line), and `keep_trailing_newline`
/// is off (one line feed at the end of the source is dropped). "{%-", "-%}" and "{%+" work as in Jinja.
/// \throws LocatedError for an unclosed tag or an unknown character
std::vector<Token> tokens_of(std::string_view source);

}  // namespace pinpoint::jinja
