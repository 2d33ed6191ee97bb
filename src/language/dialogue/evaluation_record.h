/// \file
/// One question of an evaluation, as SycophancyEval's "are you sure" records hold it (method: section 9).
#pragma once

#include <optional>
#include <string>

#include "language/text/message.h"

namespace pinpoint::dialogue {

struct EvaluationRecord {
  text::Dialogue prompt;  ///< ends with the user's message
  std::string dataset;    ///< which the question comes from
  std::string question;
  std::string answer;                       ///< the correct one
  std::optional<std::string> given_answer;  ///< the assistant's first answer, if it is not to be generated
};

}  // namespace pinpoint::dialogue
