/// \file
/// How many positions passes A and B compute (docs/method.md, 2.2).
#pragma once

#include <cstdint>

#include "language/dialogue/prompt_pair.h"
#include "model/transformer/model_config.h"

namespace pinpoint::patching {

/// Tokens of the counterfactual that pass B computes: those after the prefix shared with the reference, at least the
/// last one. All of them if the model's keys depend on the length of the prompt (`transformer::rope_base`) and differ
/// here. 0 if both prompts are equal, because then B is A.
std::int64_t counterfactual_suffix(const dialogue::TokenPair& pair, const transformer::ModelConfig& config);

/// Positions of both passes, T + Ts.
std::int64_t pass_positions(const dialogue::TokenPair& pair, const transformer::ModelConfig& config);

}  // namespace pinpoint::patching
