#include "language/jinja/text.h"

#include <algorithm>

#include "language/jinja/error.h"
#include "language/jinja/work_limit.h"
#include "system/base/unicode.h"

namespace pinpoint::jinja {
namespace {

constexpr std::size_t longest = std::size_t{16} << 20;  // bytes

}  // namespace

bool Text::has_message() const { return std::ranges::find(from_message_, true) != from_message_.end(); }

std::vector<std::pair<std::size_t, std::size_t>> Text::message_parts() const {
  std::vector<std::pair<std::size_t, std::size_t>> parts;
  for (std::size_t at = 0; at < size(); ++at) {
    if (!from_message_[at]) continue;
    if (parts.empty() || parts.back().second != at) parts.emplace_back(at, at);
    parts.back().second = at + 1;
  }
  return parts;
}

Text Text::part(std::size_t begin, std::size_t count) const {
  spend(std::min(count, size()));
  begin = std::min(begin, size());
  count = std::min(count, size() - begin);
  const auto first = from_message_.begin() + static_cast<std::ptrdiff_t>(begin);
  Text result;
  result.bytes_ = bytes_.substr(begin, count);
  result.from_message_.assign(first, first + static_cast<std::ptrdiff_t>(count));
  return result;
}

Text& Text::append(const Text& other) {
  spend(other.size());
  if (size() + other.size() > longest) throw TemplateError("a text grows without end");
  bytes_ += other.bytes_;
  from_message_.insert(from_message_.end(), other.from_message_.begin(), other.from_message_.end());
  return *this;
}

Text Text::with_origin(bool from_message) && {
  from_message_.assign(size(), from_message);
  return std::move(*this);
}

Text operator+(Text left, const Text& right) {
  spend(left.size());
  return std::move(left.append(right));
}

std::vector<std::size_t> character_starts(std::string_view text) {
  spend(text.size());
  std::vector<std::size_t> starts;
  std::string_view rest = text;
  while (!rest.empty()) {
    starts.push_back(text.size() - rest.size());
    take_character(rest);
  }
  starts.push_back(text.size());
  return starts;
}

}  // namespace pinpoint::jinja
