/// \file
/// Writes the tuned model as an HF directory.
#pragma once

#include <c10/core/ScalarType.h>

#include <cstdint>
#include <optional>
#include <string>

namespace pinpoint::stages {

struct ExportOptions {
  std::string out;                   ///< output folder of a tuning
  std::string to;                    ///< folder to write; new or empty
  std::optional<std::int64_t> step;  ///< the checkpoint's step; none: the newest
  bool changed_only = false;         ///< only the tensors that were tuned
  /// Of all weights; none: tuned tensors as the forward pass used them, others as they are stored.
  std::optional<at::ScalarType> dtype;
};

/// Logs what a rounding to 16 bits loses of the tuning, and the type that config.json states if that has changed.
/// \throws UserError if there is no such checkpoint, the model is not the one that was tuned, `to` is not empty or
///         lies in the model's folder, or `dtype` cannot hold a value
void export_tuned(const ExportOptions& options);

}  // namespace pinpoint::stages
