/// \file
/// A chat template of four texts from the user (config: `model.chat_template: FILE.yaml`).
#pragma once

#include <optional>
#include <string>

#include "language/text/chat_template.h"
#include "language/text/message_frame.h"

namespace pinpoint::text {

/// Each text has `{content}` once, in the place of the message. `generation` opens the assistant's reply; it may have
/// `{content}` at its end. The forms of added tokens ("<s>") become these tokens in the texts, but special ones never
/// in a message. Nothing is added or stripped: a prompt has a BOS only if a text has it.
struct TemplateTexts {
  std::optional<std::string> system;  ///< none: the model has no system messages
  std::string user;
  std::string assistant;
  std::string generation;
};

class CustomTemplate final : public ChatTemplate {
 public:
  /// \param name of the file with the texts, for messages
  /// \throws UserError for a text whose `{content}` is missing or in the wrong place
  CustomTemplate(const TemplateTexts& texts, std::string name);

  std::string description() const override { return name_; }

 private:
  MessageFrame frame_of(const std::string& key, const std::string& text) const;
  Prompt opening_of(const std::string& text) const;
  Prompt render_turns(const Dialogue& dialogue, Generation generation) const override;
  const MessageFrame& frame(Role role) const;

  std::string name_;
  std::optional<MessageFrame> system_;
  MessageFrame user_, assistant_;
  Prompt generation_;
};

}  // namespace pinpoint::text
