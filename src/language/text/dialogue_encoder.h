/// \file
/// Encodes dialogues as token ids for one model.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "language/text/chat_template.h"
#include "language/text/tokenizer.h"

namespace pinpoint::text {

class DialogueEncoder {
 public:
  /// \param system_message replaces the system message of every dialogue; none: dialogues stay as they are
  DialogueEncoder(std::unique_ptr<const Tokenizer> tokenizer, std::unique_ptr<const ChatTemplate> chat_template,
                  std::optional<std::string> system_message);

  /// \throws UserError as `ChatTemplate::render`, or for a special token that the tokenizer lacks
  TokenIds encode(const Dialogue& dialogue, Generation generation) const;

  const Tokenizer& tokenizer() const { return *tokenizer_; }

 private:
  std::unique_ptr<const Tokenizer> tokenizer_;
  std::unique_ptr<const ChatTemplate> chat_template_;
  std::optional<std::string> system_message_;
};

}  // namespace pinpoint::text
