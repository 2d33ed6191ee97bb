/// \file
/// How the dialogues of a batch are dealt to the ranks.
#pragma once

#include <cstdint>
#include <vector>

#include "model/transformer/model_config.h"

namespace pinpoint::tuning {

/// Operations of a dialogue of `length` tokens in one layer, up to a constant factor: products and attention.
double dialogue_cost(const transformer::ModelConfig& config, std::int64_t length);

/// The rank of each dialogue of a batch. A dialogue's home is the rank `index % ranks`, which may have kept the output
/// of its lower layers since an earlier epoch. From there dialogues move until the costs of the ranks are nearly equal.
/// The result depends on the arguments only. \param indices of the dialogues \param costs of the dialogues
std::vector<int> deal(const std::vector<std::int64_t>& indices, const std::vector<double>& costs, int ranks);

}  // namespace pinpoint::tuning
