/// \file
/// A tuned model as an HF directory.
#pragma once

#include <filesystem>
#include <optional>

#include "model/pretrained/changed_tensors.h"
#include "model/pretrained/model_directory.h"
#include "model/pretrained/rounding_loss.h"

namespace pinpoint::pretrained {

struct ExportSummary {
  std::optional<at::ScalarType> stated;  ///< the type in the model's own config.json
  at::ScalarType dtype;                  ///< the type that fits the exported tensors (`ExportedTensors::config_dtype`)
  RoundingLoss
      loss;  ///< of a rounding to `dtype` if that has 16 bits, else to the 16-bit type of the model, else to bf16
};

/// Writes every file of `model`'s directory to `folder`. Safetensors files are written tensor by tensor, with one
/// tensor in memory at a time, under their own names, sub-folders included; links of the source become regular files.
/// config.json states the type of the tensors and comes last, so a folder without it is incomplete. All other files
/// (tokenizer, chat templates) are copied.
/// \param dtype of all weights; none: see `ExportedTensors` \pre `folder` exists and is empty
/// \throws UserError if it is not writable or full, or `dtype` cannot hold a value
ExportSummary export_model(const std::filesystem::path& folder, const ModelDirectory& model,
                           const ChangedTensors& tuned, std::optional<at::ScalarType> dtype = std::nullopt);

/// Writes only the changed tensors, each as a whole, to `folder`/changed.safetensors. Otherwise like `export_model`.
ExportSummary export_changed(const std::filesystem::path& folder, const ModelDirectory& model,
                             const ChangedTensors& tuned, std::optional<at::ScalarType> dtype = std::nullopt);

}  // namespace pinpoint::pretrained
