#include "language/jinja/template.h"

#include "language/jinja/calls.h"
#include "language/jinja/work_limit.h"
#include "system/base/check.h"

namespace pinpoint::jinja {
namespace {

Statement parsed(std::string_view source, const std::string& name) try {
  TokenStream stream(tokens_of(source));
  return StatementParser(stream).parse();
} catch (const TemplateError& error) {
  throw UserError(fmt::format("{}: the chat template cannot be read: {}", name, error.what()));
} catch (const LocatedError& error) {
  throw UserError(fmt::format("{}:{}: the chat template cannot be read: {}", name, error.line(), error.what()));
}

}  // namespace

Template::Template(std::string_view source, std::string name) : name_(std::move(name)), body_(parsed(source, name_)) {}

Text Template::render(const Dict& variables) const try {
  const WorkLimit limit;
  const auto scope = std::make_shared<Scope>();
  for (const auto& [name, function] : functions()) scope->set(name, function);
  for (const auto& [name, value] : variables.items()) scope->set(name, value);
  const auto own = std::make_shared<Scope>(scope);
  Text output;
  body_(own, output);
  return output;
} catch (const TemplateError& error) {
  throw UserError(fmt::format("{}: the chat template cannot render the dialogue: {}", name_, error.what()));
} catch (const LocatedError& error) {
  throw UserError(
      fmt::format("{}:{}: the chat template cannot render the dialogue: {}", name_, error.line(), error.what()));
}

}  // namespace pinpoint::jinja
