/// \file
/// A tuned model as an HF directory.
#pragma once

#include <cstdint>
#include <filesystem>

#include "model/pretrained/changed_tensors.h"
#include "model/pretrained/model_directory.h"

namespace pinpoint::pretrained {

/// Writes every file of `model`'s directory anew in `folder`: the safetensors files tensor by tensor, one of them in
/// memory at a time, each untouched tensor byte for byte; everything that is no weight (config, tokenizer) as it is,
/// config.json last, so that a folder without it is one that was not finished.
/// \pre `folder` is there \throws UserError when it is not writable or full
void export_model(const std::filesystem::path& folder, const ModelDirectory& model, const ChangedTensors& tuned);

/// Only the tensors that were changed, whole, as `folder`/changed.safetensors.
void export_changed(const std::filesystem::path& folder, const ModelDirectory& model, const ChangedTensors& tuned);

}  // namespace pinpoint::pretrained
