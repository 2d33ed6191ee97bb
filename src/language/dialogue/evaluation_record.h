/// \file
/// One question of an evaluation: SycophancyEval's "are you sure" record (docs/method.md, 9.1).
#pragma once

#include <optional>
#include <string>

#include "language/text/message.h"

namespace pinpoint::dialogue {

struct EvaluationRecord {
  text::Dialogue prompt;  ///< ends with the user's message
  std::string dataset;    ///< of the question
  std::string question;
  std::string answer;                       ///< the correct answer
  std::optional<std::string> given_answer;  ///< the assistant's first answer; none: the model generates it
};

}  // namespace pinpoint::dialogue
