#include "language/text/family_template.h"

#include "system/base/check.h"
#include "system/base/unicode.h"

namespace pinpoint::text {
namespace {

MessageFrame frame_of(const std::string& text, const TemplateFamily& family) {
  auto frame = split_frame(text, family.special_forms);
  PINPOINT_EXPECT(frame.has_value());
  return *std::move(frame);
}

/// `text` without `character` at its start, however often.
std::string_view without_leading(std::string_view text, char character) {
  return text.substr(std::min(text.find_first_not_of(character), text.size()));
}

/// `text` without `character` at its end, however often.
std::string_view without_trailing(std::string_view text, char character) {
  return text.substr(0, text.find_last_not_of(character) + 1);
}

struct Answer {
  std::string_view thought;  ///< without the line feeds around it
  std::string_view reply;
};

/// The parts of "<think>\nTHOUGHT\n</think>\n\nREPLY"; an answer without "</think>" is all reply.
Answer split_thought(std::string_view answer) {
  constexpr std::string_view open = "<think>", close = "</think>";
  const std::size_t end = answer.find(close);
  if (end == std::string_view::npos) return {"", answer};
  std::string_view thought = answer.substr(0, end);
  if (const std::size_t start = thought.rfind(open); start != std::string_view::npos)
    thought.remove_prefix(start + open.size());
  return {without_leading(without_trailing(thought, '\n'), '\n'),
          without_leading(answer.substr(answer.rfind(close) + close.size()), '\n')};
}

}  // namespace

FamilyTemplate::FamilyTemplate(const TemplateFamily& family)
    : family_(family), system_(frame_of(family.system, family)), user_(frame_of(family.user, family)),
      assistant_(frame_of(family.assistant, family)), thought_(frame_of(family.thought.value_or("{content}"), family)) {
}

Prompt FamilyTemplate::render_turns(const Dialogue& dialogue, Generation generation) const {
  Prompt prompt = split_at_special_forms(family_.start, family_.special_forms);
  const Dialogue messages = prepared(dialogue);
  for (const Message& message : messages) {
    if (message.role == Role::assistant) {
      add_answer(prompt, message.content, &message == &messages.back());
      continue;
    }
    const MessageFrame& around = message.role == Role::system ? system_ : user_;
    prompt.add(around.before).add_message(message.content).add(around.after);
  }
  if (generation == Generation::open) prompt.add(split_at_special_forms(family_.generation, family_.special_forms));
  return prompt;
}

/// Applies the family's rules for system messages and stripping.
Dialogue FamilyTemplate::prepared(Dialogue dialogue) const {
  if (family_.default_system && dialogue.front().role != Role::system)
    dialogue.insert(dialogue.begin(), Message{Role::system, *family_.default_system});
  if (family_.system_place != TemplateFamily::SystemPlace::own_message) join_system_message(dialogue);
  strip_messages(dialogue);
  return dialogue;
}

void FamilyTemplate::join_system_message(Dialogue& dialogue) const {
  if (dialogue.front().role != Role::system) return;
  const std::string system = std::move(dialogue.front().content);
  dialogue.erase(dialogue.begin());
  if (system.empty() && !family_.empty_system_shown) return;
  const bool last_is_user = dialogue.back().role == Role::user;
  const bool first = family_.system_place == TemplateFamily::SystemPlace::before_first_user;
  Message& user = first ? dialogue.front() : dialogue[dialogue.size() - (last_is_user ? 1 : 2)];
  std::string text = family_.system;
  user.content = text.replace(text.find(placeholder), placeholder.size(), system) + user.content;
}

void FamilyTemplate::strip_messages(Dialogue& dialogue) const {
  using Strip = TemplateFamily::Strip;
  for (Message& message : dialogue) {
    if (family_.strip == Strip::messages) message.content = std::string(strip(message.content));
    if (family_.strip == Strip::blanks_after_answers && message.role == Role::assistant)
      message.content = std::string(without_trailing(message.content, ' '));
  }
}

void FamilyTemplate::add_answer(Prompt& prompt, const std::string& answer, bool is_last) const {
  const Answer parts = family_.thought ? split_thought(answer) : Answer{"", answer};
  prompt.add(assistant_.before);
  if (family_.thought && is_last) {
    prompt.add(thought_.before).add_text(parts.thought).add(thought_.after);
    prompt.add_message(without_leading(parts.reply, '\n'));
  } else {
    prompt.add_message(parts.reply);
  }
  prompt.add(assistant_.after);
}

}  // namespace pinpoint::text
