/// \file
/// A multiple-choice question of a data set.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace pinpoint::dialogue {

struct Question {
  std::string id;  ///< data set, split, file and row: "mmlu/auxiliary_train/science_middle/17"
  std::string text;
  std::vector<std::string> options;
  std::size_t correct = 0;  ///< index into `options`
  bool operator==(const Question&) const = default;
};

/// "A" for the first option.
inline char letter_of(std::size_t option) { return static_cast<char>('A' + option); }

}  // namespace pinpoint::dialogue
