/// \file
/// Which tensors of a model's files the model reads, and what to say if one is missing.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/pretrained/weight_files.h"
#include "model/transformer/model_config.h"

namespace pinpoint::pretrained {

/// The tensors of the files that a model of this shape may read: both vocabulary tables, even if they are tied, the
/// final norm, and those of every layer. Files may hold others, which are ignored.
std::set<std::string> model_tensors(const transformer::ModelConfig& config, const WeightFiles& files);

/// Names of a layer's tensors without "LAYERS.N.", each once, in alphabetical order.
std::vector<std::string> layer_tensors(transformer::Architecture architecture);

/// With ".weight", as in the files.
std::string weight_name(std::string_view name);

/// One sentence about a tensor that the files do not hold. If they hold it with a prefix, which wrappers of training
/// add, it names both and what to do.
/// \param folder the model's, for the message
std::string missing_tensor(const std::string& name, const WeightFiles& files, const transformer::ModelConfig& config,
                           const std::string& folder);

}  // namespace pinpoint::pretrained
