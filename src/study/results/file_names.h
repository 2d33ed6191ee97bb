/// \file
/// The names of the files and folders in an output folder. checkpoint_folder.h has those of single checkpoints,
/// sweep_parts.h those of single parts.
#pragma once

#include <string_view>

namespace pinpoint::results {

inline constexpr std::string_view pairs_file = "pairs.jsonl";
inline constexpr std::string_view pairs_manifest_file = "pairs.manifest.json";
inline constexpr std::string_view sweep_parts_folder = "sweep.parts";
inline constexpr std::string_view effects_file = "effects.h5";
inline constexpr std::string_view heads_file = "heads.json";
inline constexpr std::string_view checkpoints_folder = "checkpoints";
inline constexpr std::string_view tune_log_file = "tune.jsonl";
inline constexpr std::string_view attempts_file = "attempts.json";
inline constexpr std::string_view log_folder = "log";
inline constexpr std::string_view stop_file = "STOP";

}  // namespace pinpoint::results
