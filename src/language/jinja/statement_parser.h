/// \file
/// Parses statements and text into functions that write their output.
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "language/jinja/expression_parser.h"

namespace pinpoint::jinja {

/// How a statement ends: `{% break %}` and `{% continue %}` end the statements around them too.
enum class Flow { next, break_loop, continue_loop };

/// Writes the output of a statement. \throws LocatedError
using Statement = std::function<Flow(const std::shared_ptr<Scope>&, Text& output)>;

/// The statements of Jinja that chat templates use: for, if, set, macro, break, continue, generation. Others are an
/// error when they are reached.
class StatementParser {
 public:
  explicit StatementParser(TokenStream& stream) : stream_(stream), expressions_(stream) {}

  /// The whole template. \throws LocatedError
  Statement parse();

 private:
  using Targets = std::vector<std::string>;

  Statement block(std::initializer_list<std::string_view> ends);
  Statement output();
  Statement statement();
  Statement parse_if();
  Statement parse_for();
  Statement parse_set();
  Statement parse_block_set(const std::string& name);
  Statement parse_macro();
  Statement parse_generation();
  Statement parse_unsupported(const Token& name);
  Targets targets();
  void end_tag();
  void expect_end(std::string_view name);

  TokenStream& stream_;
  ExpressionParser expressions_;
  int loops_ = 0;  ///< around the current statement
};

}  // namespace pinpoint::jinja
