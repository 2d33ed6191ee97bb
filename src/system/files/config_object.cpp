#include "system/files/config_object.h"

#include <cmath>
#include <limits>

namespace pinpoint::files {

using nlohmann::json;

const json* ConfigObject::find(const char* key) const {
  const auto found = object_.find(key);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

std::optional<std::int64_t> ConfigObject::size(const char* key) const {
  const json* value = find(key);
  if (!value) return {};
  require(value->is_number_unsigned() && value->get<std::uint64_t>() >= 1 &&
              value->get<std::uint64_t>() <= std::numeric_limits<std::int32_t>::max(),
          key, "a whole number of at least 1");
  return value->get<std::int64_t>();
}

std::int64_t ConfigObject::needed_size(const char* key) const {
  check_present(key);
  return *size(key);
}

std::optional<double> ConfigObject::positive_number(const char* key) const {
  const json* value = find(key);
  if (!value) return {};
  require(value->is_number() && value->get<double>() > 0 && std::isfinite(value->get<double>()), key,
          "a positive number");
  return value->get<double>();
}

double ConfigObject::needed_positive_number(const char* key) const {
  check_present(key);
  return *positive_number(key);
}

std::optional<bool> ConfigObject::flag(const char* key) const {
  const json* value = find(key);
  if (!value) return {};
  require(value->is_boolean(), key, "true or false");
  return value->get<bool>();
}

std::optional<std::string> ConfigObject::text(const char* key) const {
  const json* value = find(key);
  if (!value) return {};
  require(value->is_string(), key, "a text");
  return value->get<std::string>();
}

std::string ConfigObject::needed_text(const char* key) const {
  check_present(key);
  return *text(key);
}

std::optional<ConfigObject> ConfigObject::object(const char* key) const {
  const json* value = find(key);
  if (!value) return {};
  require(value->is_object(), key, "an object");
  return ConfigObject(*value, fmt::format("{}: \"{}\"", file_, key));
}

void ConfigObject::require_supported(bool supported, const char* key, std::string_view what) const {
  validate(supported, "{}: \"{}\" asks for {} (this program does not compute that); choose another model", file_, key,
           what);
}

void ConfigObject::require_consistent(bool consistent, std::string_view what) const {
  validate(consistent, "{}: {} (such a model cannot exist); correct the file or copy it again", file_, what);
}

void ConfigObject::check_present(const char* key) const {
  validate(find(key) != nullptr,
           "{}: the key \"{}\" is missing (it is needed to know the model's shape); copy the file again from where the "
           "model came from",
           file_, key);
}

void ConfigObject::require(bool right, const char* key, const char* expected) const {
  validate(right, "{}: \"{}\" is {} (expected {}); correct the file or copy it again", file_, key,
           object_.at(key).dump(-1, ' ', true), expected);
}

}  // namespace pinpoint::files
