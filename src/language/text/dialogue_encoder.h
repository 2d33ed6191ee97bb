/// \file
/// Encodes dialogues as token ids for one model.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "language/text/chat_template.h"
#include "language/text/reply.h"
#include "language/text/tokenizer.h"

namespace pinpoint::text {

class DialogueEncoder {
 public:
  /// \param system_message replaces the system message of every dialogue; none: dialogues stay as they are
  DialogueEncoder(std::unique_ptr<const Tokenizer> tokenizer, std::unique_ptr<const ChatTemplate> chat_template,
                  std::optional<std::string> system_message);

  /// \throws UserError as `ChatTemplate::render`, or for a special token that the tokenizer lacks
  TokenIds encode(const Dialogue& dialogue, Generation generation) const;

  /// The dialogue with the assistant's last message as reply. \throws UserError also as `text::encode_reply`
  /// \pre the dialogue ends with the assistant's message
  Reply encode_reply(const Dialogue& dialogue) const;

  const Tokenizer& tokenizer() const { return *tokenizer_; }
  const ChatTemplate& chat_template() const { return *chat_template_; }

 private:
  Prompt render(const Dialogue& dialogue, Generation generation) const;

  std::unique_ptr<const Tokenizer> tokenizer_;
  std::unique_ptr<const ChatTemplate> chat_template_;
  std::optional<std::string> system_message_;
};

}  // namespace pinpoint::text
