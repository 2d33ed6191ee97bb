/// \file
/// Which rank takes which dialogues of a batch.
#pragma once

#include <cstdint>
#include <vector>

#include "model/transformer/model_config.h"

namespace pinpoint::tuning {

/// Operations that a token of a dialogue of `length` tokens costs in a layer, up to a factor: products and attention.
double dialogue_cost(const transformer::ModelConfig& config, std::int64_t length);

/// The owner of each dialogue of a batch. Every dialogue has a home, its index modulo the ranks, where its lower
/// layers' output may be kept from epoch to epoch; from there dialogues move until no rank has much more to do than
/// another. A function of its arguments alone. \param indices of the dialogues, \param costs theirs
std::vector<int> deal(const std::vector<std::int64_t>& indices, const std::vector<double>& costs, int ranks);

}  // namespace pinpoint::tuning
