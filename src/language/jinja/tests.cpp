#include <fmt/format.h>

#include <map>

#include "language/jinja/calls.h"
#include "language/jinja/operators.h"

namespace pinpoint::jinja {
namespace {

using Test = std::function<bool(const Value&, const Arguments&)>;

bool is_sequence(const Value& value) { return value.text() || value.list() || value.dict() || value.is_undefined(); }

/// A test with one argument that compares by an operator.
Test comparison(const char* op) {
  return [op](const Value& value, const Arguments& a) { return is_true(apply(op, value, a.get(0, "other"))); };
}

Test of(bool (*holds)(const Value&)) {
  return [holds](const Value& value, const Arguments&) { return holds(value); };
}

const std::map<std::string, Test>& tests() {
  static const std::map<std::string, Test> all{
      {"defined", of([](const Value& v) { return !v.is_undefined(); })},
      {"undefined", of([](const Value& v) { return v.is_undefined(); })},
      {"none", of([](const Value& v) { return v.is_none(); })},
      {"boolean", of([](const Value& v) { return v.boolean() != nullptr; })},
      {"true", of([](const Value& v) { return v.boolean() && *v.boolean(); })},
      {"false", of([](const Value& v) { return v.boolean() && !*v.boolean(); })},
      {"string", of([](const Value& v) { return v.text() != nullptr; })},
      {"number", of([](const Value& v) { return v.number().has_value(); })},
      {"integer", of([](const Value& v) { return v.integer() && !v.boolean(); })},
      {"float", of([](const Value& v) { return v.is_float(); })},
      {"mapping", of([](const Value& v) { return v.dict() != nullptr; })},
      {"sequence", of(is_sequence)},
      {"iterable", of([](const Value& v) { return is_sequence(v) || v.generator(); })},
      {"callable", of([](const Value& v) { return v.callable() != nullptr; })},
      {"odd", of([](const Value& v) { return as_integer(v) % 2 != 0; })},
      {"even", of([](const Value& v) { return as_integer(v) % 2 == 0; })},
      {"divisibleby", [](const Value& v, const Arguments& a) { return !is_true(apply("%", v, a.get(0, "num"))); }},
      {"in", [](const Value& v, const Arguments& a) { return contains(a.get(0, "seq"), v); }},
      {"equalto", comparison("==")},
      {"eq", comparison("==")},
      {"==", comparison("==")},
      {"ne", comparison("!=")},
      {"!=", comparison("!=")},
      {"lt", comparison("<")},
      {"lessthan", comparison("<")},
      {"<", comparison("<")},
      {"le", comparison("<=")},
      {"<=", comparison("<=")},
      {"gt", comparison(">")},
      {"greaterthan", comparison(">")},
      {">", comparison(">")},
      {"ge", comparison(">=")},
      {">=", comparison(">=")},
  };
  return all;
}

}  // namespace

bool passes_test(const std::string& name, const Value& value, const Arguments& arguments) {
  const auto found = tests().find(name);
  if (found == tests().end()) throw TemplateError(fmt::format("the test \"is {}\" is not supported", name));
  const bool result = found->second(value, arguments);
  arguments.require_all_used();
  return result;
}

}  // namespace pinpoint::jinja
