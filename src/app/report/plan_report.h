/// \file
/// A plan in words and as JSON.
#pragma once

#include <string>
#include <vector>

#include "study/patching/arithmetic.h"
#include "study/planning/plan.h"

namespace pinpoint::report {

struct PlanReport {
  std::string model_name, model_source;
  planning::Model model;
  planning::Machine machine;
  int ranks = 1;
  std::vector<std::string> assumptions;  ///< values that are unknown and assumed, one sentence each

  patching::Arithmetic arithmetic = patching::Arithmetic::difference;
  planning::SweepCostInputs sweep_inputs;
  planning::SweepPlan sweep;
  planning::TuneCostInputs tune_inputs;
  planning::TunePlan tuning;
  std::optional<std::int64_t> steps;  ///< of the tuning; none if they depend on the number of dialogues
};

/// For a terminal. Bytes in GB of 1e9.
std::string plan_text(const PlanReport& report);

/// For programs: bytes, operations and seconds, named as in planning's structs.
std::string plan_json(const PlanReport& report);

}  // namespace pinpoint::report
