#include "app/config/config_value.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "system/base/check.h"
#include "system/base/number.h"

namespace pinpoint::config {
namespace {

std::string describe(const YAML::Node& node) {
  if (node.IsNull()) return "nothing";
  if (node.IsSequence()) return "a list";
  if (node.IsMap()) return "a section";
  constexpr std::size_t longest = 60;
  const std::string& text = node.Scalar();
  return text.size() <= longest ? fmt::format("'{}'", text) : fmt::format("'{}...'", text.substr(0, longest));
}

}  // namespace

ConfigValue::ConfigValue(std::string key, YAML::Node node, std::string place, std::filesystem::path base_dir)
    : key_(std::move(key)), node_(std::move(node)), place_(std::move(place)), base_dir_(std::move(base_dir)) {}

void ConfigValue::fail(std::string_view expected) const {
  throw UserError(fmt::format("{}: {}: expected {}, not {}", place_, key_, expected, describe(node_)));
}

std::string ConfigValue::text() const {
  if (!node_.IsScalar()) fail("a text");
  return node_.Scalar();
}

bool ConfigValue::boolean() const {
  if (is_word("true")) return true;
  if (is_word("false")) return false;
  fail("true or false");
}

std::int64_t ConfigValue::ranged(std::int64_t least, std::int64_t most, std::string_view or_else) const {
  const auto number = node_.IsScalar() ? parse_number<std::int64_t>(node_.Scalar()) : std::nullopt;
  if (!number || *number < least || *number > most) fail(fmt::format("a whole number from {}{}", least, or_else));
  return *number;
}

std::int64_t ConfigValue::integer(std::int64_t least, std::string_view or_else) const {
  return ranged(least, std::numeric_limits<std::int64_t>::max(), or_else);
}

int ConfigValue::small_integer(int least, std::string_view or_else) const {
  return static_cast<int>(ranged(least, std::numeric_limits<int>::max(), or_else));
}

std::uint64_t ConfigValue::natural() const {
  const auto number = node_.IsScalar() ? parse_number<std::uint64_t>(node_.Scalar()) : std::nullopt;
  if (!number) fail("a whole number from 0 to 2^64-1");
  return *number;
}

double ConfigValue::positive(std::string_view or_else) const {
  const auto number = node_.IsScalar() ? parse_number<double>(node_.Scalar()) : std::nullopt;
  if (!number || !std::isfinite(*number) || *number <= 0) fail(fmt::format("a number above 0{}", or_else));
  return *number;
}

double ConfigValue::number_from_0(std::optional<double> below) const {
  const auto number = node_.IsScalar() ? parse_number<double>(node_.Scalar()) : std::nullopt;
  if (!number || !std::isfinite(*number) || *number < 0 || (below && *number >= *below))
    fail(below ? fmt::format("a number from 0 and below {}", *below) : "a number from 0");
  return *number;
}

std::filesystem::path ConfigValue::path() const {
  if (!node_.IsScalar() || node_.Scalar().empty()) fail("a path");
  // YAML can express it, as "\0". The system would read the path only up to there.
  validate(node_.Scalar().find('\0') == std::string::npos,
           "{}: {}: the path holds a NUL character (no path can); remove it", place_, key_);
  return (base_dir_ / node_.Scalar()).lexically_normal();
}

std::vector<ConfigValue> ConfigValue::elements(std::size_t count) const {
  if (!node_.IsSequence() || node_.size() != count) fail(fmt::format("a list of {} values", count));
  std::vector<ConfigValue> values;
  for (const YAML::Node& node : node_) values.emplace_back(key_, node, place_, base_dir_);
  return values;
}

std::vector<ConfigValue> ConfigValue::members(const std::vector<std::string>& names) const {
  const std::string expected = fmt::format("{{{}: .., each once}}", fmt::join(names, ": .., "));
  if (!node_.IsMap() || node_.size() != names.size()) fail(expected);
  std::vector<ConfigValue> values;
  for (const std::string& name : names) {
    const auto is_name = [&](const auto& entry) { return entry.first.IsScalar() && entry.first.Scalar() == name; };
    const auto entry = std::find_if(node_.begin(), node_.end(), is_name);
    if (entry == node_.end()) fail(expected);
    values.emplace_back(key_ + "." + name, entry->second, place_, base_dir_);
  }
  return values;
}

}  // namespace pinpoint::config
