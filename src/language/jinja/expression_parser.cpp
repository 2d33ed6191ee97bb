#include "language/jinja/expression_parser.h"

#include <fmt/format.h>

#include <algorithm>

#include "language/jinja/calls.h"
#include "language/jinja/members.h"
#include "language/jinja/operators.h"
#include "language/jinja/work_limit.h"
#include "system/base/number.h"

namespace pinpoint::jinja {
namespace {

using Kind = Token::Kind;

Expression constant(Value value) {
  return [value = std::move(value)](const Scope&) { return value; };
}

std::optional<Value> named_constant(const std::string& name) {
  if (name == "true" || name == "True") return true;
  if (name == "false" || name == "False") return false;
  if (name == "none" || name == "None") return None{};
  return std::nullopt;
}

template <class Number>
Value number_of(const std::string& digits) {
  const auto number = parse_number<Number>(digits);
  if (!number) throw TemplateError(fmt::format("the number {} is too large", digits));
  return *number;
}

bool is_a_comparison(const Token& token) {
  static const std::vector<std::string_view> all{"==", "!=", "<", "<=", ">", ">="};
  return token.kind == Kind::op && std::ranges::find(all, token.text) != all.end();
}

/// Counts the links of a chain ("a + b + c", "x.y.z"), which are evaluated from the inside.
class Chain {
 public:
  explicit Chain(const TokenStream& stream) : stream_(stream) {}
  void add_link() {
    constexpr int longest = 200;
    if (++links_ > longest) stream_.fail("an expression is too long");
  }

 private:
  const TokenStream& stream_;
  int links_ = 0;
};

List evaluated(const std::vector<Expression>& expressions, const Scope& scope) {
  List values;
  for (const Expression& one : expressions) values.push_back(one(scope));
  return values;
}

Expression list_of(std::vector<Expression> all) {
  return [all = std::move(all)](const Scope& scope) { return Value(evaluated(all, scope)); };
}

Value call(const Value& function, const Arguments& arguments) {
  if (const Callable* callable = function.callable()) {
    Value result = (*callable)(arguments);
    arguments.require_all_used();
    return result;
  }
  if (const Undefined* missing = function.undefined())
    throw TemplateError(fmt::format("{} is no function or method that is supported", missing->name));
  throw TemplateError(fmt::format("{} cannot be called", function.type_name()));
}

std::optional<std::int64_t> slice_part(const Expression& expression, const Scope& scope) {
  if (!expression) return std::nullopt;
  const Value value = expression(scope);
  return value.is_none() ? std::nullopt : std::optional(as_integer(value));
}

}  // namespace

Arguments ExpressionParser::ArgumentList::evaluate(const Scope& scope) const {
  Arguments result;
  result.positional = evaluated(positional, scope);
  for (const auto& [name, argument] : named) result.named.emplace_back(name, argument(scope));
  return result;
}

Expression ExpressionParser::parse() {
  const TokenStream::Nesting nesting(stream_);
  Expression value = disjunction();
  for (Chain chain(stream_); stream_.take_name("if"); chain.add_link()) {
    const Expression condition = disjunction();
    const Expression otherwise = stream_.take_name("else") ? parse() : constant(Undefined{"a value without else"});
    value = [value, condition, otherwise](const Scope& scope) {
      return is_true(condition(scope)) ? value(scope) : otherwise(scope);
    };
  }
  return value;
}

Expression ExpressionParser::parse_without_condition() { return disjunction(); }

Expression ExpressionParser::parse_list(bool with_condition) {
  const auto element = [&] { return with_condition ? parse() : parse_without_condition(); };
  Expression first = element();
  if (!stream_.peek().is_op(",")) return first;
  std::vector<Expression> all{std::move(first)};
  while (stream_.take_op(",")) {
    const Token& next = stream_.peek();
    if (next.kind == Kind::statement_end || next.kind == Kind::output_end || next.is_op(")")) break;
    all.push_back(element());
  }
  return list_of(std::move(all));
}

Expression ExpressionParser::disjunction() {
  Expression left = conjunction();
  for (Chain chain(stream_); stream_.take_name("or"); chain.add_link())
    left = [left, right = conjunction()](const Scope& scope) {
      Value value = left(scope);
      return is_true(value) ? value : right(scope);
    };
  return left;
}

Expression ExpressionParser::conjunction() {
  Expression left = negation();
  for (Chain chain(stream_); stream_.take_name("and"); chain.add_link())
    left = [left, right = negation()](const Scope& scope) {
      Value value = left(scope);
      return is_true(value) ? right(scope) : value;
    };
  return left;
}

Expression ExpressionParser::negation() {
  if (!stream_.take_name("not")) return comparison();
  const TokenStream::Nesting nesting(stream_);
  return [inner = negation()](const Scope& scope) { return Value(!is_true(inner(scope))); };
}

/// As in Python, "a < b < c" is "a < b and b < c".
Expression ExpressionParser::comparison() {
  struct Step {
    std::string op;
    bool is_negated;
    Expression right;
  };
  Expression first = sum();
  std::vector<Step> steps;
  while (true) {
    const bool is_negated = stream_.peek().is_name("not") && stream_.peek(1).is_name("in");
    if (is_negated) stream_.next();
    if (!is_a_comparison(stream_.peek()) && !stream_.peek().is_name("in")) break;
    std::string op = stream_.next().text;
    steps.push_back({std::move(op), is_negated, sum()});
  }
  if (steps.empty()) return first;
  return [first, steps](const Scope& scope) {
    Value left = first(scope);
    for (const Step& step : steps) {
      Value right = step.right(scope);
      if (is_true(apply(step.op, left, right)) == step.is_negated) return Value(false);
      left = std::move(right);
    }
    return Value(true);
  };
}

Expression ExpressionParser::binary(const std::vector<std::string_view>& operators,
                                    Expression (ExpressionParser::*next_level)()) {
  Expression left = (this->*next_level)();
  Chain chain(stream_);
  while (stream_.peek().kind == Kind::op && std::ranges::find(operators, stream_.peek().text) != operators.end()) {
    const std::string op = stream_.next().text;
    chain.add_link();
    left = [op, left, right = (this->*next_level)()](const Scope& scope) {
      const Value left_value = left(scope);
      return apply(op, left_value, right(scope));
    };
  }
  return left;
}

Expression ExpressionParser::sum() { return binary({"+", "-"}, &ExpressionParser::concatenation); }
Expression ExpressionParser::concatenation() { return binary({"~"}, &ExpressionParser::product); }
Expression ExpressionParser::product() { return binary({"*", "/", "//", "%"}, &ExpressionParser::power); }
Expression ExpressionParser::power() { return binary({"**"}, &ExpressionParser::filtered_operand); }
Expression ExpressionParser::filtered_operand() { return operand(true); }

Expression ExpressionParser::operand(bool with_filters_too) {
  const TokenStream::Nesting nesting(stream_);
  Expression value;
  if (stream_.take_op("-"))
    value = [inner = operand(false)](const Scope& scope) { return negative(inner(scope)); };
  else if (stream_.take_op("+"))
    value = operand(false);
  else
    value = primary();
  value = with_members(std::move(value));
  return with_filters_too ? with_filters(std::move(value)) : value;
}

Expression ExpressionParser::primary() {
  const Token token = stream_.peek();
  if (token.kind == Kind::name) {
    stream_.next();
    if (auto value = named_constant(token.text)) return constant(*std::move(value));
    return [name = token.text](const Scope& scope) { return scope.get(name); };
  }
  if (token.kind == Kind::string) {
    std::string text;
    while (stream_.peek().kind == Kind::string) text += stream_.next().text;
    return constant(Text(text));
  }
  if (token.kind == Kind::integer || token.kind == Kind::floating) try {
      const std::string digits = stream_.next().text;
      return constant(token.kind == Kind::integer ? number_of<std::int64_t>(digits) : number_of<double>(digits));
    } catch (const TemplateError& error) {
      stream_.fail(error.what());
    }
  if (stream_.take_op("[")) return literal_list("]");
  if (stream_.take_op("{")) return literal_dict();
  stream_.expect_op("(");
  if (stream_.take_op(")")) return constant(List{});
  Expression inner = parse_list(true);
  stream_.expect_op(")");
  return inner;
}

Expression ExpressionParser::literal_list(std::string_view close) {
  std::vector<Expression> all;
  while (!stream_.take_op(close)) {
    all.push_back(parse());
    if (!stream_.peek().is_op(close)) stream_.expect_op(",");
  }
  return list_of(std::move(all));
}

Expression ExpressionParser::literal_dict() {
  std::vector<std::pair<Expression, Expression>> all;
  while (!stream_.take_op("}")) {
    Expression key = parse();
    stream_.expect_op(":");
    all.emplace_back(std::move(key), parse());
    if (!stream_.peek().is_op("}")) stream_.expect_op(",");
  }
  return [all](const Scope& scope) {
    Dict dict;
    for (const auto& [key, value] : all) dict.set(as_text(key(scope)).bytes(), value(scope));
    return Value(std::move(dict));
  };
}

/// ".name", "[key]", "[a:b]" and "(arguments)" after a value.
Expression ExpressionParser::with_members(Expression value) {
  for (Chain chain(stream_);; chain.add_link()) {
    if (stream_.take_op(".")) {
      if (stream_.peek().kind == Kind::integer) {
        value = [value, index = number_of<std::int64_t>(stream_.next().text)](const Scope& scope) {
          return item(value(scope), index);
        };
        continue;
      }
      value = [value, name = stream_.expect_name()](const Scope& scope) { return attribute(value(scope), name); };
    } else if (stream_.take_op("[")) {
      value = subscript(std::move(value));
    } else if (stream_.peek().is_op("(")) {
      value = [value, list = arguments()](const Scope& scope) {
        spend_step();
        const Value function = value(scope);
        return call(function, list.evaluate(scope));
      };
    } else {
      return value;
    }
  }
}

Expression ExpressionParser::subscript(Expression value) {
  std::vector<Expression> parts(1);
  while (!stream_.take_op("]")) {
    if (stream_.take_op(":"))
      parts.emplace_back();
    else if (parts.back())
      stream_.expect_op("]");
    else
      parts.back() = parse();
  }
  if (parts.size() > 3 || (parts.size() == 1 && !parts[0])) stream_.fail("an index or a slice [a:b:c] is expected");
  if (parts.size() == 1)
    return [value, key = parts[0]](const Scope& scope) {
      const Value container = value(scope);
      return item(container, key(scope));
    };
  parts.resize(3);
  return [value, parts](const Scope& scope) {
    return slice(value(scope), {slice_part(parts[0], scope), slice_part(parts[1], scope), slice_part(parts[2], scope)});
  };
}

/// "| filter(..)", "is test(..)" and calls of the result.
Expression ExpressionParser::with_filters(Expression value) {
  for (Chain chain(stream_);; chain.add_link()) {
    if (stream_.take_op("|")) {
      const std::string name = stream_.expect_name();
      const ArgumentList list = stream_.peek().is_op("(") ? arguments() : ArgumentList{};
      value = [value, name, list](const Scope& scope) {
        spend_step();
        const Value input = value(scope);
        return apply_filter(name, input, list.evaluate(scope));
      };
    } else if (stream_.take_name("is")) {
      value = with_test(std::move(value));
    } else {
      return value;
    }
  }
}

Expression ExpressionParser::with_test(Expression value) {
  const bool is_negated = stream_.take_name("not");
  const std::string name = stream_.expect_name();
  const ArgumentList list = test_arguments();
  return [value, is_negated, name, list](const Scope& scope) {
    const Value tested = value(scope);
    return Value(passes_test(name, tested, list.evaluate(scope)) != is_negated);
  };
}

ExpressionParser::ArgumentList ExpressionParser::arguments() {
  ArgumentList list;
  stream_.expect_op("(");
  while (!stream_.take_op(")")) {
    if (stream_.take_op("*") || stream_.take_op("**")) {
      parse();
      list.positional.push_back(
          [](const Scope&) -> Value { throw TemplateError("f(*x) and f(**x) are not supported"); });
    } else if (stream_.peek().kind == Kind::name && stream_.peek(1).is_op("=")) {
      std::string name = stream_.next().text;
      stream_.next();
      list.named.emplace_back(std::move(name), parse());
    } else {
      list.positional.push_back(parse());
    }
    if (!stream_.peek().is_op(")")) stream_.expect_op(",");
  }
  return list;
}

/// "is divisibleby(3)", and without brackets "is divisibleby 3".
ExpressionParser::ArgumentList ExpressionParser::test_arguments() {
  const Token& token = stream_.peek();
  if (token.is_op("(")) return arguments();
  const bool ends = token.is_name("else") || token.is_name("or") || token.is_name("and") || token.is_name("if") ||
                    token.is_name("in") || token.is_name("not") || token.is_name("is");
  const bool is_operand = (token.kind == Kind::name && !ends) || token.kind == Kind::string ||
                          token.kind == Kind::integer || token.kind == Kind::floating || token.is_op("[") ||
                          token.is_op("{");
  if (!is_operand) return {};
  return {{with_members(primary())}, {}};
}

}  // namespace pinpoint::jinja
