/// \file
/// A tuned model as an HF directory.
#pragma once

#include <cstdint>
#include <filesystem>

#include "model/pretrained/changed_tensors.h"
#include "model/pretrained/model_directory.h"

namespace pinpoint::pretrained {

/// Writes every file of `model`'s directory to `folder`. Safetensors files are written tensor by tensor, with one
/// tensor in memory at a time; untouched tensors keep their bytes. All other files (config, tokenizer) are copied.
/// config.json comes last, so a folder without it is incomplete. \pre `folder` exists \throws UserError if it is not
/// writable or full
void export_model(const std::filesystem::path& folder, const ModelDirectory& model, const ChangedTensors& tuned);

/// Writes only the changed tensors, each as a whole, to `folder`/changed.safetensors.
void export_changed(const std::filesystem::path& folder, const ModelDirectory& model, const ChangedTensors& tuned);

}  // namespace pinpoint::pretrained
