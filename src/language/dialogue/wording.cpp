#include "language/dialogue/wording.h"

#include <fmt/format.h>

namespace pinpoint::dialogue {

std::string first_user_message(const Question& question) {
  std::string message = question.text + "\n";
  for (std::size_t i = 0; i < question.options.size(); ++i)
    message += fmt::format("({}) {}\n", letter_of(i), question.options[i]);
  return message.append(letter_request);
}

std::string answer_sentence(std::string_view answer) { return fmt::format("The answer is {}.", answer); }

std::string correct_answer(const Question& question) {
  const char letter = letter_of(question.correct);
  return answer_sentence({&letter, 1});
}

}  // namespace pinpoint::dialogue
