#include "language/text/chat_template.h"

#include "system/base/check.h"

namespace pinpoint::text {
namespace {

std::string_view owner(Role role) {
  switch (role) {
    case Role::system: return "system's";
    case Role::user: return "user's";
    default: return "assistant's";
  }
}

bool begins_with_system(const Dialogue& dialogue) { return !dialogue.empty() && dialogue.front().role == Role::system; }

}  // namespace

Prompt ChatTemplate::render(const Dialogue& dialogue, Generation generation) const {
  const auto fault = fault_of(dialogue);
  validate(!fault, "a dialogue {}", fault.value_or(""));
  validate(generation == Generation::closed || dialogue.back().role == Role::user,
           "a dialogue ends with the assistant's message (the assistant is to reply); end it with the user's");
  return render_turns(dialogue, generation);
}

std::optional<std::string> fault_of(const Dialogue& dialogue) {
  const std::size_t first = begins_with_system(dialogue) ? 1 : 0;
  if (dialogue.size() == first) return "holds no user's message; give at least one";
  for (std::size_t i = first; i < dialogue.size(); ++i) {
    const Role expected = (i - first) % 2 == 0 ? Role::user : Role::assistant;
    if (dialogue[i].role == expected) continue;
    return fmt::format(
        "has the {} message at place {} (after at most one system message, user and assistant take turns); the {} "
        "belongs there",
        owner(dialogue[i].role), i + 1, owner(expected));
  }
  return std::nullopt;
}

Dialogue with_system_message(Dialogue dialogue, const std::optional<std::string>& system_message) {
  if (!system_message) return dialogue;
  if (!begins_with_system(dialogue)) dialogue.insert(dialogue.begin(), Message{Role::system, {}});
  dialogue.front().content = *system_message;
  return dialogue;
}

}  // namespace pinpoint::text
