/// \file
/// Options for making pairs (config: `data.pairs`, `data.sources`).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace pinpoint::dialogue {

struct Sources {
  std::optional<std::filesystem::path> mmlu;          ///< folder with SPLIT/*.csv
  std::optional<std::filesystem::path> are_you_sure;  ///< SycophancyEval's are_you_sure.jsonl
};

/// Values of PairsOptions::from.
inline constexpr std::string_view from_mmlu = "mmlu";
inline constexpr std::string_view from_are_you_sure = "are_you_sure";

struct PairsOptions {
  std::string from = std::string(from_mmlu);
  std::string split = "auxiliary_train";  ///< of MMLU; `test` is refused, because models are evaluated on it
  std::int64_t count = 100;
  std::int64_t max_characters = 768;  ///< longer first user messages are dropped (counted in Unicode characters)
  std::string answer = "correct";     ///< the assistant's first answer: `correct`, or any text
};

struct DataOptions {
  Sources sources;
  PairsOptions pairs;
};

}  // namespace pinpoint::dialogue
