/// \file
/// How pairs are made (config: `data.pairs`, `data.sources`).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace pinpoint::dialogue {

struct Sources {
  std::optional<std::filesystem::path> mmlu;  ///< folder with SPLIT/*.csv
};

struct PairsOptions {
  std::string from = "mmlu";
  std::string split = "auxiliary_train";  ///< a split that is evaluated on (test) is refused
  std::int64_t count = 100;
  std::int64_t max_characters = 768;  ///< longer first user messages are dropped (counted in Unicode characters)
  std::string answer = "correct";     ///< the assistant's first answer: `correct`, or this very text
};

struct DataOptions {
  Sources sources;
  PairsOptions pairs;
};

}  // namespace pinpoint::dialogue
