/// \file
/// The names that a part of a template sees.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "language/jinja/value.h"

namespace pinpoint::jinja {

/// A loop's body and a macro have scopes of their own: what they set is gone afterwards.
class Scope {
 public:
  Scope() = default;
  explicit Scope(std::shared_ptr<const Scope> outer) : outer_(std::move(outer)) {}

  /// The value of a name here, else in the scopes around; undefined if there is none.
  Value get(const std::string& name) const;
  void set(const std::string& name, Value value) { names_[name] = std::move(value); }

 private:
  std::shared_ptr<const Scope> outer_;
  std::map<std::string, Value> names_;
};

}  // namespace pinpoint::jinja
