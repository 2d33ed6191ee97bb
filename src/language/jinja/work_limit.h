/// \file
/// The limit of what a template may do. The templates of a model's folder are other people's programs.
#pragma once

#include <cstddef>

namespace pinpoint::jinja {

/// While it exists, `spend` counts on this thread.
class WorkLimit {
 public:
  WorkLimit();
  ~WorkLimit();
  WorkLimit(const WorkLimit&) = delete;
  WorkLimit& operator=(const WorkLimit&) = delete;

 private:
  std::size_t before_;
};

/// Counts `units` of work: elements visited, bytes written. \throws TemplateError after 200 million units
void spend(std::size_t units);
/// Counts the execution of a statement or a call.
void spend_step();

/// A call of a macro, while it lasts. \throws TemplateError if a hundred calls last (a macro that calls itself)
class MacroCall {
 public:
  MacroCall();
  ~MacroCall();
  MacroCall(const MacroCall&) = delete;
  MacroCall& operator=(const MacroCall&) = delete;
};

}  // namespace pinpoint::jinja
