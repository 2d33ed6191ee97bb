/// \file
/// A chat template of four texts that the user wrote down (config: `model.chat_template: FILE.yaml`).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "language/text/chat_template.h"
#include "language/text/message_frame.h"

namespace pinpoint::text {

/// Each text holds `{content}` once, where the message goes. `generation` opens the assistant's reply; `{content}`
/// may stand at its end for the reply to come. Special forms that the texts themselves contain ("<s>") become special
/// tokens, those in a message never. Nothing is added or stripped: a BOS is there if a text writes it.
struct TemplateTexts {
  std::optional<std::string> system;  ///< none: the model knows no system messages
  std::string user;
  std::string assistant;
  std::string generation;
};

class CustomTemplate final : public ChatTemplate {
 public:
  /// \param special_forms the tokenizer's
  /// \param name          of the file that holds the texts, for messages
  /// \throws UserError for a text whose `{content}` is missing or in the wrong place
  CustomTemplate(const TemplateTexts& texts, const std::vector<std::string>& special_forms, std::string name);

 private:
  MessageFrame frame_of(const std::string& key, const std::string& text,
                        const std::vector<std::string>& special_forms) const;
  Prompt opening_of(const std::string& text, const std::vector<std::string>& special_forms) const;
  Prompt render_turns(const Dialogue& dialogue, Generation generation) const override;
  const MessageFrame& frame(Role role) const;

  std::string name_;
  std::optional<MessageFrame> system_;
  MessageFrame user_, assistant_;
  Prompt generation_;
};

}  // namespace pinpoint::text
