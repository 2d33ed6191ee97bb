#include "language/text/dialogue_encoder.h"

#include "system/base/check.h"

namespace pinpoint::text {

DialogueEncoder::DialogueEncoder(std::unique_ptr<const Tokenizer> tokenizer,
                                 std::unique_ptr<const ChatTemplate> chat_template,
                                 std::optional<std::string> system_message)
    : tokenizer_(std::move(tokenizer)), chat_template_(std::move(chat_template)),
      system_message_(std::move(system_message)) {}

TokenIds DialogueEncoder::encode(const Dialogue& dialogue, Generation generation) const {
  return text::encode(render(dialogue, generation), *tokenizer_);
}

Reply DialogueEncoder::encode_reply(const Dialogue& dialogue) const {
  PINPOINT_EXPECT(!dialogue.empty() && dialogue.back().role == Role::assistant);
  const Dialogue before(dialogue.begin(), dialogue.end() - 1);
  return text::encode_reply(render(before, Generation::open), render(dialogue, Generation::closed), *tokenizer_);
}

Prompt DialogueEncoder::render(const Dialogue& dialogue, Generation generation) const {
  return chat_template_->render(with_system_message(dialogue, system_message_), generation);
}

}  // namespace pinpoint::text
