#include "language/text/custom_template.h"

#include "system/base/check.h"

namespace pinpoint::text {

CustomTemplate::CustomTemplate(const TemplateTexts& texts, std::string name)
    : name_(std::move(name)), user_(frame_of("user", texts.user)), assistant_(frame_of("assistant", texts.assistant)),
      generation_(opening_of(texts.generation)) {
  if (texts.system) system_ = frame_of("system", *texts.system);
}

MessageFrame CustomTemplate::frame_of(const std::string& key, const std::string& text) const {
  const auto parts = split_at_placeholder(text);
  validate(parts.has_value(), "{}: {}: the text must hold {} exactly once (the message goes there)", name_, key,
           placeholder);
  MessageFrame frame;
  frame.before.add_text_with_forms(parts->first);
  frame.after.add_text_with_forms(parts->second);
  return frame;
}

Prompt CustomTemplate::opening_of(const std::string& text) const {
  const std::size_t at = text.find(placeholder);
  validate(at == std::string::npos || at + placeholder.size() == text.size(),
           "{}: generation: {} may stand at the very end only (the text opens the reply; what follows it belongs to "
           "the key assistant)",
           name_, placeholder);
  return Prompt().add_text_with_forms(std::string_view(text).substr(0, at));
}

const MessageFrame& CustomTemplate::frame(Role role) const {
  if (role == Role::user) return user_;
  if (role == Role::assistant) return assistant_;
  validate(system_.has_value(),
           "{}: a dialogue has a system message, for which the template has no text; add the key system, or take the "
           "system messages out",
           name_);
  return *system_;
}

Prompt CustomTemplate::render_turns(const Dialogue& dialogue, Generation generation) const {
  Prompt prompt;
  for (const Message& message : dialogue) {
    const MessageFrame& around = frame(message.role);
    prompt.add(around.before).add_message(message.content).add(around.after);
  }
  if (generation == Generation::open) prompt.add(generation_);
  return prompt;
}

}  // namespace pinpoint::text
