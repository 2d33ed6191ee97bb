/// \file
/// Typed access to a JSON object of a model's config.json.
#pragma once

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "system/base/check.h"

namespace pinpoint::files {

/// Every message names the file and the key. A null counts as a missing key, as in transformers.
class ConfigObject {
 public:
  /// \param file its name, for messages \pre `object` outlives this
  ConfigObject(const nlohmann::json& object, std::string file) : object_(object), file_(std::move(file)) {}

  /// Whether the key exists, even with a null.
  bool contains(const char* key) const { return object_.contains(key); }
  const nlohmann::json* find(const char* key) const;

  /// A whole number from 1 to 2^31-1: the product of two fits into 64 bits.
  std::optional<std::int64_t> size(const char* key) const;
  std::int64_t needed_size(const char* key) const;
  std::optional<double> positive_number(const char* key) const;
  double needed_positive_number(const char* key) const;
  std::optional<bool> flag(const char* key) const;
  std::optional<std::string> text(const char* key) const;
  std::string needed_text(const char* key) const;
  std::optional<ConfigObject> object(const char* key) const;

  /// Refuses a valid configuration that this program does not compute.
  void require_supported(bool supported, const char* key, std::string_view what) const;
  void require_consistent(bool consistent, std::string_view what) const;

 private:
  void check_present(const char* key) const;
  void require(bool right, const char* key, const char* expected) const;

  const nlohmann::json& object_;
  std::string file_;
};

}  // namespace pinpoint::files
