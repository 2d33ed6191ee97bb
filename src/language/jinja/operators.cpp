#include "language/jinja/operators.h"

#include <fmt/format.h>

#include <cmath>

namespace pinpoint::jinja {
namespace {

[[noreturn]] void refuse(std::string_view op, const Value& left, const Value& right) {
  for (const Value* side : {&left, &right})
    if (const Undefined* missing = side->undefined())
      throw TemplateError(fmt::format("{} is undefined", missing->name));
  throw TemplateError(fmt::format("{} {} {} is not possible", left.type_name(), op, right.type_name()));
}

[[noreturn]] void refuse_overflow() { throw TemplateError("an integer becomes too large"); }

std::int64_t floor_divide(std::int64_t left, std::int64_t right) {
  const std::int64_t quotient = left / right;
  return quotient - (left % right != 0 && (left < 0) != (right < 0) ? 1 : 0);
}

Value integers(std::string_view op, std::int64_t left, std::int64_t right) {
  std::int64_t result = 0;
  bool overflows = false;
  if (op == "+") {
    overflows = __builtin_add_overflow(left, right, &result);
  } else if (op == "-") {
    overflows = __builtin_sub_overflow(left, right, &result);
  } else if (op == "*") {
    overflows = __builtin_mul_overflow(left, right, &result);
  } else {
    if (right == 0) throw TemplateError("a division by zero");
    if (right == -1) return op == "//" ? integers("-", 0, left) : Value(std::int64_t{0});
    const std::int64_t quotient = floor_divide(left, right);
    result = op == "//" ? quotient : left - right * quotient;
  }
  if (overflows) refuse_overflow();
  return result;
}

Value numbers(std::string_view op, double left, double right) {
  if (op == "+") return left + right;
  if (op == "-") return left - right;
  if (op == "*") return left * right;
  if (op == "**") return std::pow(left, right);
  if (right == 0) throw TemplateError("a division by zero");
  if (op == "/") return left / right;
  if (op == "//") return std::floor(left / right);
  return left - right * std::floor(left / right);
}

Value arithmetic(std::string_view op, const Value& left, const Value& right) {
  const auto l = left.integer(), r = right.integer();
  if (!l || !r || op == "/") return numbers(op, *left.number(), *right.number());
  if (op != "**") return integers(op, *l, *r);
  const double power = std::pow(static_cast<double>(*l), static_cast<double>(*r));
  if (*r < 0) return power;
  if (std::abs(power) > 9e15) refuse_overflow();
  return static_cast<std::int64_t>(power);
}

Value add(const Value& left, const Value& right) {
  if (left.text() && right.text()) return *left.text() + *right.text();
  if (!left.list() || !right.list()) refuse("+", left, right);
  List both = *left.list();
  both.insert(both.end(), right.list()->begin(), right.list()->end());
  if (both.size() > 1'000'000) throw TemplateError("a list grows without end");
  return both;
}

Value repeat(const Value& text, const Value& count) {
  if (!text.text() || !count.integer()) refuse("*", text, count);
  Text result;
  if (text.text()->empty()) return result;
  for (std::int64_t i = 0; i < *count.integer(); ++i) result.append(*text.text());
  return result;
}

bool holds(std::string_view op, int order) {
  if (op == "<") return order < 0;
  if (op == "<=") return order <= 0;
  if (op == ">") return order > 0;
  return order >= 0;
}

}  // namespace

Value apply(std::string_view op, const Value& left, const Value& right) {
  if (op == "~") return to_text(left) + to_text(right);
  if (op == "==") return are_equal(left, right);
  if (op == "!=") return !are_equal(left, right);
  if (op == "in") return contains(right, left);
  if (op.front() == '<' || op.front() == '>') return holds(op, compare(left, right));
  if (left.number() && right.number()) return arithmetic(op, left, right);
  if (op == "+") return add(left, right);
  if (op == "*") return left.text() ? repeat(left, right) : repeat(right, left);
  refuse(op, left, right);
}

Value negative(const Value& value) {
  if (const auto integer = value.integer()) return apply("-", std::int64_t{0}, *integer);
  if (const auto number = value.number()) return -*number;
  throw TemplateError(fmt::format("-{} is not possible", value.type_name()));
}

}  // namespace pinpoint::jinja
