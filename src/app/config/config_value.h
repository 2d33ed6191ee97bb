/// \file
/// One value of the configuration, with its key and place, and its conversions to the types of the options.
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pinpoint::config {

/// A conversion that fails throws UserError "PLACE: KEY: expected WHAT, not VALUE".
class ConfigValue {
 public:
  /// `place` is "FILE:LINE" or the --set argument; relative paths start at `base_dir`.
  ConfigValue(std::string key, YAML::Node node, std::string place, std::filesystem::path base_dir);

  bool is_null() const { return node_.IsNull(); }
  /// Whether the value is exactly this word ("auto", "all").
  bool is_word(std::string_view word) const { return node_.IsScalar() && node_.Scalar() == word; }

  std::string text() const;  ///< any scalar but null
  bool boolean() const;      ///< true or false
  /// A whole number from `least` on. `or_else` ends the error message: " or all".
  std::int64_t integer(std::int64_t least, std::string_view or_else = "") const;
  int small_integer(int least, std::string_view or_else = "") const;  ///< the same as an int
  std::uint64_t natural() const;                                      ///< 0 .. 2^64-1
  double positive(std::string_view or_else = "") const;               ///< finite, above 0
  double number_from_0(std::optional<double> below = {}) const;       ///< finite, at least 0; below `below`
  std::filesystem::path path() const;                                 ///< absolute
  /// The values of a list of exactly `count` values.
  std::vector<ConfigValue> elements(std::size_t count) const;
  /// The values of a map that has each of `names` once and no other key, in the order of `names`.
  std::vector<ConfigValue> members(const std::vector<std::string>& names) const;

  /// Throws UserError "PLACE: KEY: expected EXPECTED, not VALUE".
  [[noreturn]] void fail(std::string_view expected) const;

 private:
  std::int64_t ranged(std::int64_t least, std::int64_t most, std::string_view or_else) const;

  std::string key_;
  YAML::Node node_;
  std::string place_;
  std::filesystem::path base_dir_;
};

}  // namespace pinpoint::config
