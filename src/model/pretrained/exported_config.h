/// \file
/// The config.json of an exported model.
#pragma once

#include <c10/core/ScalarType.h>

#include <optional>
#include <string>

namespace pinpoint::pretrained {

/// The type in which transformers loads all tensors: the key "dtype", or "torch_dtype" of older versions. None if there
/// is no such key, or it names no floating type; transformers then uses the type of the first tensor.
/// \pre here and below: `config` is a JSON object
std::optional<at::ScalarType> stated_dtype(const std::string& config);

/// `config` with another type, under each of both keys that it has, also in its "text_config", or as "torch_dtype" if
/// it has none; and with "tie_word_embeddings": false if it says true but the model's embeddings are not tied. Other
/// keys keep their values and order. If nothing changes, its bytes.
std::string exported_config(const std::string& config, std::optional<at::ScalarType> dtype, bool tied_embeddings);

}  // namespace pinpoint::pretrained
