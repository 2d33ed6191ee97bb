#include <algorithm>

#include "language/jinja/calls.h"

namespace pinpoint::jinja {
namespace {

constexpr std::int64_t longest_range = 100'000;  // as in Jinja's sandbox

Value range(const Arguments& arguments) {
  const List& given = arguments.positional;
  const std::int64_t first = given.size() > 1 ? as_integer(given[0]) : 0;
  const std::int64_t end = as_integer(given.size() > 1 ? given[1] : arguments.get(0, "stop"));
  const std::int64_t step = given.size() > 2 ? as_integer(given[2]) : 1;
  if (step == 0) throw TemplateError("range has step 0");
  List numbers;
  for (std::int64_t i = first; step > 0 ? i < end : i > end; i += step) {
    if (std::ssize(numbers) == longest_range) throw TemplateError("range is too long");
    numbers.emplace_back(i);
  }
  return numbers;
}

Dict dict_of(const Arguments& arguments) {
  Dict dict;
  if (!arguments.positional.empty()) {
    const Dict* first = arguments.positional.front().dict();
    if (!first) throw TemplateError("dict and namespace take named values, or a dict");
    dict = *first;
  }
  for (const auto& [name, value] : arguments.named) dict.set(name, value);
  return dict;
}

}  // namespace

const std::vector<std::pair<std::string, Value>>& functions() {
  static const std::vector<std::pair<std::string, Value>> all{
      {"range", Callable(range)},
      {"dict", Callable([](const Arguments& a) { return Value(dict_of(a)); })},
      {"namespace",
       Callable([](const Arguments& a) { return Value(std::make_shared<Namespace>(Namespace{dict_of(a)})); })},
      {"raise_exception", Callable([](const Arguments& a) -> Value {
         throw TemplateError("it says: " + to_text(a.get(0, "message")).bytes());
       })},
  };
  return all;
}

}  // namespace pinpoint::jinja
