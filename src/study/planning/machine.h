/// \file
/// The hardware of a job: memory sizes and reached rates, per rank unless it says otherwise.
#pragma once

#include <string>

#include "model/transformer/options.h"
#include "study/planning/placement.h"

namespace pinpoint::planning {

/// Bytes, bytes per second, operations per second.
struct Machine {
  std::string name;
  double memory = 0;        ///< of the device
  double host_memory = 0;   ///< of the machine, per rank
  double bf16_peak = 0;     ///< products of bf16 matrices, as published
  double float32_peak = 0;  ///< products of float32 matrices, as published
  double efficiency = 1;    ///< share of both peaks that is reached
  double memory_rate = 0;   ///< of the device's memory
  double host_link = 0;     ///< from the machine's memory to the device
  double node_link = 0;     ///< into a rank from other ranks of its machine
  double network = 0;       ///< into a rank from other machines
  double disk = 0;          ///< of a whole machine, shared by its ranks
  int per_node = 1;         ///< ranks of a machine
  bool computes_on_host = false;

  double float32() const { return efficiency * float32_peak; }
  double products(transformer::DType dtype) const {
    return dtype == transformer::DType::bf16 ? efficiency * bf16_peak : float32();
  }
  Ranks ranks(int count) const { return {count, per_node, memory, host_memory, computes_on_host}; }
};

}  // namespace pinpoint::planning
