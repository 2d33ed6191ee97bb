/// \file
/// The chat template of a family of models, built from a description.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "language/text/chat_template.h"
#include "language/text/message_frame.h"

namespace pinpoint::text {

/// How a family represents a dialogue. `system`, `user` and `assistant` have `{content}` once, in the place of the
/// message. `special_forms` become special tokens in these texts, but never in a message.
struct TemplateFamily {
  enum class SystemPlace {
    own_message,
    before_first_user,  ///< before the user's first message, as one text with it
    before_last_user,   ///< the same with the user's last message
  };
  enum class Strip {
    nothing,
    messages,  ///< white space at both ends of each message (of a user's message: including its system text)
    blanks_after_answers,  ///< blanks (U+0020) at the end of the assistant's messages
  };

  std::string name;
  std::vector<std::string> special_forms;
  std::string start = {};  ///< before all messages
  std::string system, user, assistant;
  std::string generation = {};                     ///< opens the assistant's reply
  std::optional<std::string> default_system = {};  ///< the system message of a dialogue that has none
  SystemPlace system_place = SystemPlace::own_message;
  bool empty_system_shown = true;
  Strip strip = Strip::nothing;
  /// For a family that thinks before it replies: the text before the dialogue's last answer, with the thought as its
  /// `{content}`. Thoughts of earlier answers ("<think>..</think>" in a message) are removed.
  std::optional<std::string> thought = {};
};

class FamilyTemplate final : public ChatTemplate {
 public:
  /// \pre the family's texts have `{content}` exactly once
  explicit FamilyTemplate(const TemplateFamily& family);

  const TemplateFamily& family() const { return family_; }
  std::string description() const override { return family_.name; }

 private:
  Prompt render_turns(const Dialogue& dialogue, Generation generation) const override;
  Dialogue prepared(Dialogue dialogue) const;
  void join_system_message(Dialogue& dialogue) const;
  void strip_messages(Dialogue& dialogue) const;
  void add_answer(Prompt& prompt, const std::string& answer, bool is_last) const;

  TemplateFamily family_;
  MessageFrame system_, user_, assistant_, thought_;
};

}  // namespace pinpoint::text
