/// \file
/// Jinja templates, as far as published chat templates use the language.
#pragma once

#include <string>
#include <string_view>

#include "language/jinja/statement_parser.h"
#include "language/jinja/value.h"

namespace pinpoint::jinja {

/// A parsed template. Renders as transformers does (`apply_chat_template`: Jinja's sandbox with trim_blocks and
/// lstrip_blocks), except that for `strftime_now` the day is always 26 Jul 2024. What is not supported is an error when
/// it is reached, never another text.
class Template {
 public:
  /// \param name of the file, for messages
  /// \throws UserError "NAME:LINE: ..." for a template with a mistake, or with statements that are not supported
  Template(std::string_view source, std::string name);

  /// \param variables the names that the template sees
  /// \throws UserError "NAME:LINE: ..." if the template raises an exception, or uses what is not supported
  Text render(const Dict& variables) const;

 private:
  std::string name_;
  Statement body_;
};

}  // namespace pinpoint::jinja
