/// \file
/// Chat templates: how a model sees a dialogue. A new kind of template is one class with two functions.
#pragma once

#include <optional>
#include <string>

#include "language/text/message.h"
#include "language/text/prompt.h"

namespace pinpoint::text {

/// open: the prompt ends where the assistant's reply begins. closed: nothing follows the last message.
enum class Generation { open, closed };

class ChatTemplate {
 public:
  virtual ~ChatTemplate() = default;

  /// \throws UserError if the dialogue has a fault (`fault_of`), if `generation` is open and the last message is not
  ///         the user's, or if the template cannot represent the dialogue
  Prompt render(const Dialogue& dialogue, Generation generation) const;

  /// A family's name or a file, for the log.
  virtual std::string description() const = 0;

 private:
  /// \pre `fault_of(dialogue)` is none
  virtual Prompt render_turns(const Dialogue& dialogue, Generation generation) const = 0;
};

/// The fault of a dialogue, as the second half of a sentence; none if it has none. A dialogue may begin with one system
/// message. Then user and assistant take turns, the user first.
std::optional<std::string> fault_of(const Dialogue& dialogue);

/// `dialogue` with `system_message` as its system message; unchanged if none is given.
Dialogue with_system_message(Dialogue dialogue, const std::optional<std::string>& system_message);

}  // namespace pinpoint::text
