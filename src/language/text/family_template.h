/// \file
/// The chat template of a family of models, from its description.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "language/text/chat_template.h"
#include "language/text/message_frame.h"

namespace pinpoint::text {

/// How a family shows a dialogue. `system`, `user` and `assistant` hold `{content}` once, where the message goes;
/// `special_forms` in these texts become special tokens, those in a message never.
struct TemplateFamily {
  enum class SystemPlace {
    own_message,
    before_first_user,  ///< in front of the first user's message, as one text with it
    before_last_user,   ///< likewise, the last user's
  };
  enum class Strip {
    nothing,
    messages,              ///< white space at both ends of each message (the user's: together with its system text)
    blanks_after_answers,  ///< blanks (U+0020) at the end of the assistant's messages
  };

  std::string name;
  std::vector<std::string> special_forms;
  std::string start = {};  ///< in front of everything
  std::string system, user, assistant;
  std::string generation = {};                     ///< opens the assistant's reply
  std::optional<std::string> default_system = {};  ///< the system message of a dialogue that has none
  SystemPlace system_place = SystemPlace::own_message;
  bool empty_system_shown = true;
  Strip strip = Strip::nothing;
  /// Of a family that thinks before it replies: what stands, with the thought as its `{content}`, in front of the
  /// dialogue's last answer. Thoughts ("<think>..</think>" in a message) of earlier answers are left out.
  std::optional<std::string> thought = {};
};

class FamilyTemplate final : public ChatTemplate {
 public:
  /// \pre the family's texts hold `{content}` exactly once
  explicit FamilyTemplate(const TemplateFamily& family);

  const TemplateFamily& family() const { return family_; }

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
