/// \file
/// Plans a job: memory, bytes moved and time of every stage on a number of ranks, without weights or a GPU.
#pragma once

#include <optional>
#include <string>

#include "app/config/config.h"
#include "app/report/plan_report.h"

namespace pinpoint::stages {

/// The ranks and the machine. Values that are not given come from the table of GPUs (configs/gpus.yaml) and from
/// existing files.
struct PlanOptions {
  int ranks = 1;
  std::optional<std::string> gpu;
  std::optional<double> memory_gb, tflops, host_gbps, node_gbps, net_gbps, disk_gbps, host_memory_gb, efficiency;
  std::optional<int> ranks_per_node;
  std::optional<double> prompt_tokens, suffix_tokens;
  double dialogue_tokens = 512;
  bool json = false;
};

/// \throws UserError for an unknown GPU, or an unnamed one without memory and TFLOP/s
report::PlanReport plan_job(const config::Config& config, const PlanOptions& options);

}  // namespace pinpoint::stages
