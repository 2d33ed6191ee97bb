/// \file
/// What a configuration will take: memory, bytes and time of every stage on so many ranks, without weights or a GPU.
#pragma once

#include <optional>
#include <string>

#include "app/config/config.h"
#include "app/report/plan_report.h"

namespace pinpoint::stages {

/// The ranks and the machine. What is not given comes from the table of GPUs (configs/gpus.yaml) and from the files
/// that exist already.
struct PlanOptions {
  int ranks = 1;
  std::optional<std::string> gpu;
  std::optional<double> memory_gb, tflops, host_gbps, node_gbps, net_gbps, disk_gbps, host_memory_gb, efficiency;
  std::optional<int> ranks_per_node;
  std::optional<double> prompt_tokens, suffix_tokens;
  double dialogue_tokens = 512;
  bool json = false;
};

/// \throws UserError for an unknown GPU, or a machine that is not described well enough
report::PlanReport plan_job(const config::Config& config, const PlanOptions& options);

}  // namespace pinpoint::stages
