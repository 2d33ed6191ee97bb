/// \file
/// Parses expressions into functions that evaluate them.
#pragma once

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "language/jinja/scope.h"
#include "language/jinja/token_stream.h"

namespace pinpoint::jinja {

/// A parsed expression: its value, given the names it sees. Cheap to copy.
class Expression {
 public:
  Expression() = default;
  template <class Evaluate>
  requires std::is_invocable_r_v<Value, Evaluate, const Scope&> Expression(Evaluate evaluate)
      : evaluate_(std::make_shared<const std::function<Value(const Scope&)>>(std::move(evaluate))) {}

  /// \pre there is one \throws TemplateError
  Value operator()(const Scope& scope) const { return (*evaluate_)(scope); }
  explicit operator bool() const { return evaluate_ != nullptr; }

 private:
  std::shared_ptr<const std::function<Value(const Scope&)>> evaluate_;
};

/// Jinja's grammar of expressions. Each function reads one level of precedence, the loosest first.
class ExpressionParser {
 public:
  explicit ExpressionParser(TokenStream& stream) : stream_(stream) {}

  /// With "A if B else C". \throws LocatedError
  Expression parse();
  /// The same without the conditional form, for the list of a loop: "for x in LIST if CONDITION".
  Expression parse_without_condition();
  /// "a, b" is a list.
  Expression parse_list(bool with_condition);
  /// `value` with the filters and tests that follow.
  Expression with_filters(Expression value);

 private:
  struct ArgumentList {
    std::vector<Expression> positional;
    std::vector<std::pair<std::string, Expression>> named;
    Arguments evaluate(const Scope& scope) const;
  };

  Expression disjunction();
  Expression conjunction();
  Expression negation();
  Expression comparison();
  Expression binary(const std::vector<std::string_view>& operators, Expression (ExpressionParser::*next_level)());
  Expression sum();
  Expression concatenation();
  Expression product();
  Expression power();
  Expression filtered_operand();
  Expression operand(bool with_filters);
  Expression primary();
  Expression with_members(Expression value);
  Expression with_test(Expression value);
  Expression subscript(Expression value);
  Expression literal_list(std::string_view close);
  Expression literal_dict();
  ArgumentList arguments();
  ArgumentList test_arguments();

  TokenStream& stream_;
};

}  // namespace pinpoint::jinja
