#include "language/text/dialogue_encoder.h"

namespace pinpoint::text {

DialogueEncoder::DialogueEncoder(std::unique_ptr<const Tokenizer> tokenizer,
                                 std::unique_ptr<const ChatTemplate> chat_template,
                                 std::optional<std::string> system_message)
    : tokenizer_(std::move(tokenizer)), chat_template_(std::move(chat_template)),
      system_message_(std::move(system_message)) {}

TokenIds DialogueEncoder::encode(const Dialogue& dialogue, Generation generation) const {
  return text::encode(chat_template_->render(with_system_message(dialogue, system_message_), generation), *tokenizer_);
}

}  // namespace pinpoint::text
