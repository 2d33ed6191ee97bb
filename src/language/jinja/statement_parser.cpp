#include "language/jinja/statement_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "language/jinja/work_limit.h"

namespace pinpoint::jinja {
namespace {

using Kind = Token::Kind;
using ScopePointer = std::shared_ptr<Scope>;

/// Runs `work`, and adds the line to its errors.
template <class Work>
auto at_line(int line, Work work) try {
  return work();
} catch (const TemplateError& error) {
  throw LocatedError(line, error.what());
}

/// Assigns `value` to one name, or its elements to several.
void assign(Scope& scope, const std::vector<std::string>& names, const Value& value) {
  if (names.size() == 1) return scope.set(names.front(), value);
  const List parts = elements(value);
  if (parts.size() != names.size())
    throw TemplateError(fmt::format("{} values are assigned to {} names", parts.size(), names.size()));
  for (std::size_t i = 0; i < names.size(); ++i) scope.set(names[i], parts[i]);
}

void set_member(Namespace& space, const std::string& name, Value value) {
  space.depth = depth_around(space.depth, value);
  space.members.set(name, std::move(value));
}

/// The variable `loop` of the element at `place`.
Dict loop_variable(const List& list, std::size_t place) {
  const auto index = static_cast<std::int64_t>(place), count = std::ssize(list);
  Dict loop;
  loop.set("index", index + 1);
  loop.set("index0", index);
  loop.set("revindex", count - index);
  loop.set("revindex0", count - index - 1);
  loop.set("first", place == 0);
  loop.set("last", index + 1 == count);
  loop.set("length", count);
  loop.set("depth", std::int64_t{1});
  loop.set("depth0", std::int64_t{0});
  loop.set("previtem", place > 0 ? list[place - 1] : Value(Undefined{"loop.previtem"}));
  loop.set("nextitem", index + 1 < count ? list[place + 1] : Value(Undefined{"loop.nextitem"}));
  return loop;
}

struct Loop {
  int line = 0;
  bool is_recursive = false;
  std::vector<std::string> names;
  Expression list, condition;  ///< condition: may be empty
  Statement body, otherwise;   ///< otherwise: may be empty

  Flow run(const ScopePointer& scope, Text& output) const {
    if (is_recursive) throw LocatedError(line, "recursive loops are not supported");
    const List chosen = at_line(line, [&] { return elements_of(scope); });
    for (std::size_t place = 0; place < chosen.size(); ++place) {
      const auto inner = at_line(line, [&] {
        spend_step();
        auto own = std::make_shared<Scope>(scope);
        assign(*own, names, chosen[place]);
        own->set("loop", loop_variable(chosen, place));
        return own;
      });
      if (body(inner, output) == Flow::break_loop) break;
    }
    return chosen.empty() && otherwise ? otherwise(std::make_shared<Scope>(scope), output) : Flow::next;
  }

 private:
  List elements_of(const ScopePointer& scope) const {
    const Value value = list(*scope);
    List all = elements(value);
    if (!condition) return all;
    std::erase_if(all, [&](const Value& element) {
      Scope own(scope);
      assign(own, names, element);
      return !is_true(condition(own));
    });
    return all;
  }
};

struct Macro {
  std::string name;
  std::vector<std::pair<std::string, Expression>> parameters;  ///< the default may be empty
  Statement body;

  Value call(const std::shared_ptr<const Scope>& defined_in, const Arguments& arguments) const {
    check(arguments);
    const MacroCall lasting;
    const auto scope = std::make_shared<Scope>(defined_in);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const auto& [parameter, otherwise] = parameters[i];
      const Value* given = arguments.find(i, parameter);
      scope->set(parameter, given ? *given : otherwise ? otherwise(*scope) : Value(Undefined{parameter}));
    }
    Text output;
    body(scope, output);
    return output;
  }

 private:
  void check(const Arguments& arguments) const {
    if (arguments.positional.size() > parameters.size())
      throw TemplateError(fmt::format("the macro {} takes {} arguments", name, parameters.size()));
    for (const auto& given : arguments.named)
      if (std::ranges::none_of(parameters, [&](const auto& parameter) { return parameter.first == given.first; }))
        throw TemplateError(fmt::format("the macro {} has no argument {}", name, given.first));
  }
};

}  // namespace

Statement StatementParser::parse() { return block({}); }

/// Statements up to "{% NAME" of one of `ends`, which is not taken, or up to the end of the template.
Statement StatementParser::block(std::initializer_list<std::string_view> ends) {
  const TokenStream::Nesting nesting(stream_);
  std::vector<Statement> statements;
  while (true) {
    const Token& token = stream_.peek();
    if (token.kind == Kind::end) {
      if (ends.size() > 0) stream_.fail(fmt::format("{{% {} %}} is missing", *(ends.end() - 1)));
      break;
    }
    if (token.kind == Kind::data) {
      const Token data = stream_.next();
      statements.push_back([line = data.line, text = Text(data.text)](const ScopePointer&, Text& out) {
        at_line(line, [&] { out.append(text); });
        return Flow::next;
      });
    } else if (token.kind == Kind::output_begin) {
      statements.push_back(output());
    } else {
      if (std::ranges::find(ends, stream_.peek(1).text) != ends.end()) break;
      statements.push_back(statement());
    }
  }
  return [statements](const ScopePointer& scope, Text& out) {
    for (const Statement& one : statements)
      if (const Flow flow = one(scope, out); flow != Flow::next) return flow;
    return Flow::next;
  };
}

Statement StatementParser::output() {
  const int line = stream_.next().line;
  Expression value = expressions_.parse_list(true);
  stream_.expect(Kind::output_end, "}}");
  return [line, value](const ScopePointer& scope, Text& out) {
    at_line(line, [&] {
      spend_step();
      out.append(to_text(value(*scope)));
    });
    return Flow::next;
  };
}

Statement StatementParser::statement() {
  stream_.next();
  const Token name = stream_.peek();
  if (name.kind != Kind::name) stream_.fail("the name of a statement is expected");
  stream_.next();
  if (name.text == "if") return parse_if();
  if (name.text == "for") return parse_for();
  if (name.text == "set") return parse_set();
  if (name.text == "macro") return parse_macro();
  if (name.text == "generation") return parse_generation();
  if (name.text != "break" && name.text != "continue") return parse_unsupported(name);
  if (loops_ == 0) throw LocatedError(name.line, fmt::format("{} outside of a loop", name.text));
  end_tag();
  return [flow = name.text == "break" ? Flow::break_loop : Flow::continue_loop](const ScopePointer&, Text&) {
    return flow;
  };
}

void StatementParser::end_tag() { stream_.expect(Kind::statement_end, "%}"); }

void StatementParser::expect_end(std::string_view name) {
  stream_.next();
  if (!stream_.take_name(name)) stream_.fail(fmt::format("{{% {} %}} is expected", name));
  end_tag();
}

Statement StatementParser::parse_if() {
  const int line = stream_.peek().line;
  const Expression condition = expressions_.parse_list(true);
  end_tag();
  const Statement body = block({"elif", "else", "endif"});
  Statement otherwise;
  if (stream_.peek(1).is_name("elif")) {
    const TokenStream::Nesting nesting(stream_);
    stream_.next(), stream_.next();
    otherwise = parse_if();
  } else if (stream_.peek(1).is_name("else")) {
    stream_.next(), stream_.next();
    end_tag();
    otherwise = block({"endif"});
    expect_end("endif");
  } else {
    expect_end("endif");
  }
  return [line, condition, body, otherwise](const ScopePointer& scope, Text& out) {
    const bool holds = at_line(line, [&] { return is_true(condition(*scope)); });
    if (holds) return body(scope, out);
    return otherwise ? otherwise(scope, out) : Flow::next;
  };
}

Statement StatementParser::parse_for() {
  Loop loop;
  loop.line = stream_.peek().line;
  loop.names = targets();
  if (!stream_.take_name("in")) stream_.fail("{% for NAME in LIST %} is expected");
  loop.list = expressions_.parse_list(false);
  if (stream_.take_name("if")) loop.condition = expressions_.parse();
  loop.is_recursive = stream_.take_name("recursive");
  end_tag();
  ++loops_;
  loop.body = block({"else", "endfor"});
  --loops_;
  if (stream_.peek(1).is_name("else")) {
    stream_.next(), stream_.next();
    end_tag();
    loop.otherwise = block({"endfor"});
  }
  expect_end("endfor");
  return [loop](const ScopePointer& scope, Text& out) { return loop.run(scope, out); };
}

StatementParser::Targets StatementParser::targets() {
  const bool in_brackets = stream_.take_op("(");
  Targets names{stream_.expect_name()};
  while (stream_.take_op(",")) names.push_back(stream_.expect_name());
  if (in_brackets) stream_.expect_op(")");
  return names;
}

Statement StatementParser::parse_set() {
  const int line = stream_.peek().line;
  const Targets names = targets();
  std::string member;
  if (names.size() == 1 && stream_.take_op(".")) member = stream_.expect_name();
  const bool is_block = stream_.peek().kind == Kind::statement_end || stream_.peek().is_op("|");
  if (is_block && names.size() == 1 && member.empty()) return parse_block_set(names.front());
  stream_.expect_op("=");
  const Expression value = expressions_.parse_list(true);
  end_tag();
  return [line, names, member, value](const ScopePointer& scope, Text&) {
    at_line(line, [&] {
      spend_step();
      if (member.empty()) return assign(*scope, names, value(*scope));
      const Value target = scope->get(names.front());
      Namespace* space = target.name_space();
      if (!space) throw TemplateError(fmt::format("{} is no namespace, so {} cannot be set", names.front(), member));
      set_member(*space, member, value(*scope));
    });
    return Flow::next;
  };
}

/// "{% set NAME | FILTER %}..{% endset %}"
Statement StatementParser::parse_block_set(const std::string& name) {
  const int line = stream_.peek().line;
  const std::string written = "(the text of a set block)";  // no name in a template
  const Expression value = expressions_.with_filters([written](const Scope& scope) { return scope.get(written); });
  end_tag();
  const Statement body = block({"endset"});
  expect_end("endset");
  return [line, name, written, value, body](const ScopePointer& scope, Text&) {
    Text text;
    const auto inner = std::make_shared<Scope>(scope);
    const Flow flow = body(inner, text);
    at_line(line, [&] {
      inner->set(written, std::move(text));
      scope->set(name, value(*inner));
    });
    return flow;
  };
}

Statement StatementParser::parse_macro() {
  auto macro = std::make_shared<Macro>();
  macro->name = stream_.expect_name();
  stream_.expect_op("(");
  while (!stream_.take_op(")")) {
    std::string parameter = stream_.expect_name();
    macro->parameters.emplace_back(std::move(parameter), stream_.take_op("=") ? expressions_.parse() : Expression());
    if (!stream_.peek().is_op(")")) stream_.expect_op(",");
  }
  end_tag();
  const int loops = std::exchange(loops_, 0);
  macro->body = block({"endmacro"});
  loops_ = loops;
  expect_end("endmacro");
  return [macro](const ScopePointer& scope, Text&) {
    scope->set(macro->name, Callable([macro, outer = std::weak_ptr<const Scope>(scope)](const Arguments& arguments) {
                 const auto defined_in = outer.lock();
                 if (!defined_in)
                   throw TemplateError(fmt::format("the macro {} is called outside of its block", macro->name));
                 return macro->call(defined_in, arguments);
               }));
    return Flow::next;
  };
}

/// Marks the assistant's words for training with transformers. Writes what is in it.
Statement StatementParser::parse_generation() {
  end_tag();
  const Statement body = block({"endgeneration"});
  expect_end("endgeneration");
  return [body](const ScopePointer& scope, Text& out) { return body(std::make_shared<Scope>(scope), out); };
}

/// Statements of Jinja that are an error when they are reached, not before: other branches of the template may be fine.
Statement StatementParser::parse_unsupported(const Token& name) {
  static const std::set<std::string> with_end{"call", "filter", "with", "autoescape", "block", "trans"};
  static const std::set<std::string> without_end{"include", "import", "from", "do", "debug"};
  if (!with_end.contains(name.text) && !without_end.contains(name.text))
    throw LocatedError(name.line, fmt::format("the statement {} is not supported", name.text));
  while (stream_.peek().kind != Kind::statement_end && stream_.peek().kind != Kind::end) stream_.next();
  end_tag();
  if (with_end.contains(name.text)) {
    const std::string end = "end" + name.text;
    block({end});
    stream_.next(), stream_.next();
    while (stream_.peek().kind != Kind::statement_end && stream_.peek().kind != Kind::end) stream_.next();
    end_tag();
  }
  return [name](const ScopePointer&, Text&) -> Flow {
    throw LocatedError(name.line, fmt::format("the statement {} is not supported", name.text));
  };
}

}  // namespace pinpoint::jinja
