/// \file
/// The names that a part of a template sees, and the limits of a run.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "language/jinja/value.h"

namespace pinpoint::jinja {

/// Counts the macros that are running.
class Budget {
 public:
  /// A call of a macro, while it lasts. \throws TemplateError if a hundred calls last (a macro that calls itself)
  class Call {
   public:
    explicit Call(Budget& budget);
    ~Call() { --budget_.calls_; }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

   private:
    Budget& budget_;
  };

 private:
  int calls_ = 0;
};

/// A loop's body and a macro have scopes of their own: what they set is gone afterwards.
class Scope : public std::enable_shared_from_this<Scope> {
 public:
  explicit Scope(Budget& budget) : budget_(budget) {}
  explicit Scope(std::shared_ptr<const Scope> outer);

  /// The value of a name here, else in the scopes around; undefined if there is none.
  Value get(const std::string& name) const;
  void set(const std::string& name, Value value) { names_[name] = std::move(value); }
  Budget& budget() const { return budget_; }

 private:
  Budget& budget_;
  std::shared_ptr<const Scope> outer_;
  std::map<std::string, Value> names_;
};

}  // namespace pinpoint::jinja
