/// \file
/// What tuning records of every step. tune.jsonl and the history of a checkpoint follow from one table.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <variant>

namespace pinpoint::results {

struct TuneStep {
  std::int64_t step = 0;  ///< from 1
  double loss = 0;        ///< mean over the targets of the batch, before the update
  double lr = 0;
  double grad_norm = 0;                  ///< L2 norm, before clipping
  std::int64_t tokens = 0, targets = 0;  ///< of the batch
  double seconds = 0;
  bool operator==(const TuneStep&) const = default;
};

/// A number of a step. Its type is that of the member.
struct StepNumber {
  std::string_view name;  ///< key in tune.jsonl, data set history/NAME in a checkpoint
  std::string_view unit;  ///< empty: none
  std::variant<double TuneStep::*, std::int64_t TuneStep::*> member;
};

/// All numbers of a step, in the order of tune.jsonl. A new one needs a member and a row here, a line in
/// hdf5_schemas/checkpoint.yaml and full_checkpoint.yaml (a test compares them with this table), and a value.
inline constexpr std::array step_numbers{
    StepNumber{"loss", "nats per target", &TuneStep::loss},
    StepNumber{"lr", "", &TuneStep::lr},
    StepNumber{"grad_norm", "nats per target", &TuneStep::grad_norm},
    StepNumber{"tokens", "tokens", &TuneStep::tokens},
    StepNumber{"targets", "tokens", &TuneStep::targets},
    StepNumber{"seconds", "s", &TuneStep::seconds},
};

}  // namespace pinpoint::results
