/// \file
/// Typed access to members of JSON objects.
#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

#include "system/base/check.h"

namespace pinpoint::files {

namespace detail {
template <class T>
bool holds(const nlohmann::json& value) {
  if constexpr (std::is_same_v<T, bool>) return value.is_boolean();
  if constexpr (std::is_same_v<T, std::string>) return value.is_string();
  if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) return value.is_number_unsigned();
  return false;
}
template <class T>
constexpr const char* name_of() {
  if constexpr (std::is_same_v<T, bool>) return "true or false";
  if constexpr (std::is_same_v<T, std::string>) return "a text";
  return "a number from 0 on";
}
}  // namespace detail

/// The member `key` of `object`; none if it is missing or null. \tparam T bool, std::string or std::uint64_t
/// \param where the object is, for messages
/// \throws UserError if the member has another type, or `object` is not an object
template <class T>
std::optional<T> optional_member(const nlohmann::json& object, const char* key, const std::string& where) {
  validate(object.is_object(), "{}: should be an object (the file is damaged); copy the model's file anew", where);
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return std::nullopt;
  validate(detail::holds<T>(*found), "{}: {} should be {} (the file is damaged); copy the model's file anew", where,
           key, detail::name_of<T>());
  return found->template get<T>();
}

/// The same for a required member.
template <class T>
T member(const nlohmann::json& object, const char* key, const std::string& where) {
  const auto value = optional_member<T>(object, key, where);
  validate(value.has_value(), "{}: {} is missing (the file is damaged); copy the model's file anew", where, key);
  return *value;
}

}  // namespace pinpoint::files
