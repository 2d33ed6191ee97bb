#include <ctime>

#include "language/jinja/calls.h"

namespace pinpoint::jinja {
namespace {

constexpr std::int64_t longest_range = 100'000;  // as in Jinja's sandbox

Value range(const Arguments& arguments) {
  arguments.mark_all_used();
  const List& given = arguments.positional;
  const std::int64_t first = given.size() > 1 ? as_integer(given[0]) : 0;
  const std::int64_t end = as_integer(given.size() > 1 ? given[1] : arguments.get(0, "stop"));
  const std::int64_t step = given.size() > 2 ? as_integer(given[2]) : 1;
  if (step == 0) throw TemplateError("range has step 0");
  List numbers;
  for (std::int64_t i = first; step > 0 ? i < end : i > end;) {
    if (std::ssize(numbers) == longest_range) throw TemplateError("range is too long");
    numbers.emplace_back(i);
    if (__builtin_add_overflow(i, step, &i)) break;
  }
  return numbers;
}

/// `strftime_now`, on 26 Jul 2024: the day that Llama-3's templates fall back to. Prompts must not depend on the day of
/// the run.
Value formatted_day(const Arguments& arguments) {
  std::tm day{};
  day.tm_year = 2024 - 1900;
  day.tm_mon = 6;
  day.tm_mday = 26;
  day.tm_wday = 5;
  day.tm_yday = 207;
  const std::string& format = as_text(arguments.get(0, "format")).bytes();
  char text[256];
  const std::size_t length = std::strftime(text, sizeof(text), format.c_str(), &day);
  if (length == 0 && !format.empty()) throw TemplateError("the format of strftime_now is not supported");
  return std::string(text, length);
}

Dict dict_of(const Arguments& arguments) {
  arguments.mark_all_used();
  Dict dict;
  if (!arguments.positional.empty()) {
    const Dict* first = arguments.positional.front().dict();
    if (!first) throw TemplateError("dict and namespace take named values, or a dict");
    dict = *first;
  }
  for (const auto& [name, value] : arguments.named) dict.set(name, value);
  return dict;
}

Value name_space_of(Dict members) {
  int depth = 1;
  for (const auto& item : members.items()) depth = depth_around(depth, item.second);
  return std::make_shared<Namespace>(Namespace{std::move(members), depth});
}

}  // namespace

const std::vector<std::pair<std::string, Value>>& functions() {
  static const std::vector<std::pair<std::string, Value>> all{
      {"range", Callable(range)},
      {"strftime_now", Callable(formatted_day)},
      {"dict", Callable([](const Arguments& a) { return Value(dict_of(a)); })},
      {"namespace", Callable([](const Arguments& a) { return name_space_of(dict_of(a)); })},
      {"raise_exception", Callable([](const Arguments& a) -> Value {
         throw TemplateError("it says: " + to_text(a.get(0, "message")).bytes());
       })},
  };
  return all;
}

}  // namespace pinpoint::jinja
