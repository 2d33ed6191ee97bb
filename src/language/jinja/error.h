/// \file
/// Errors of templates.
#pragma once

#include <stdexcept>
#include <string>

namespace pinpoint::jinja {

/// A mistake in a template, or something that templates cannot do here. Says what; the place is added on the way out.
class TemplateError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The same with its line in the template.
class LocatedError : public std::runtime_error {
 public:
  LocatedError(int line, const std::string& what) : std::runtime_error(what), line_(line) {}
  int line() const { return line_; }

 private:
  int line_;
};

}  // namespace pinpoint::jinja
