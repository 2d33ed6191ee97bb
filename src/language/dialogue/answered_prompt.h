/// \file
/// A question as a model sees it, with the correct answer.
#pragma once

#include <string>

#include "language/text/message.h"

namespace pinpoint::dialogue {

struct AnsweredPrompt {
  std::string id;
  text::Dialogue prompt;  ///< ends with the user's message
  std::string answer;     ///< what the assistant replies to it: "The answer is B."
  bool operator==(const AnsweredPrompt&) const = default;
};

}  // namespace pinpoint::dialogue
