/// \file
/// The settings that decide the numbers of a tuning, besides model and heads. A resumed run must share them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/transformer/options.h"
#include "study/tuning/options.h"

namespace pinpoint::tuning {

/// Names and values, in the order in which checkpoints store them and messages compare them.
using Identity = std::vector<std::pair<std::string, std::string>>;

/// What the identity contains besides TuneOptions.
struct IdentityInputs {
  transformer::DType dtype = transformer::DType::bf16;
  std::uint64_t seed = 0;
  std::int64_t steps = 0;        ///< number_of_steps
  std::string dialogues_sha256;  ///< of tokens and labels
};

Identity identity_of(const TuneOptions& options, const IdentityInputs& inputs);

/// Keys of `tune` that a resumed run may change, each with the reason. All other keys are part of the identity.
inline constexpr std::pair<std::string_view, std::string_view> free_options[] = {
    {"tune.data", "its dialogues are compared instead of its name"},
    {"tune.max_length", "the dialogues that are short enough are compared instead"},
    {"tune.epochs", "the number of steps is compared instead"},
    {"tune.steps", "the number of steps is compared instead"},
    {"tune.micro_batch", "a resumed run keeps the saved one, unless the user sets another one"},
    {"tune.cache_lower_layers", "it decides what is computed again, not the result"},
    {"tune.checkpoint_every", "it decides when a state is saved"},
    {"tune.keep", "it decides how many states are kept"},
    {"tune.converge", "it decides after which step tuning ends, not what a step does"},
};

}  // namespace pinpoint::tuning
