/// \file
/// Writes the tuned model as an HF directory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace pinpoint::stages {

struct ExportOptions {
  std::string out;                   ///< output folder of a tuning
  std::string to;                    ///< folder to write; new or empty
  std::optional<std::int64_t> step;  ///< the checkpoint's step; none: the newest
  bool changed_only = false;         ///< only the tensors that were tuned
};

/// \throws UserError if there is no such checkpoint, the model is not the one that was tuned, or `to` is not empty
void export_tuned(const ExportOptions& options);

}  // namespace pinpoint::stages
