/// \file
/// A sweep to be timed: a random model in memory and random pairs of one length.
#pragma once

#include <optional>
#include <vector>

#include "bench/support/random_tensors.h"
#include "model/weights/sharded_store.h"
#include "study/patching/walk.h"

namespace pinpoint::bench {

/// Symbols as in docs/patching.md.
struct SweepShape {
  transformer::ModelConfig model;
  std::int64_t samples = 4;  ///< N
  std::int64_t tokens = 96;  ///< T, of both prompts
  std::int64_t suffix = 48;  ///< Ts, the last of them, which the prompts do not share
  transformer::DType dtype = transformer::DType::float32;
  patching::Arithmetic arithmetic = patching::Arithmetic::float32;
};

/// Multi-head attention, head width d/H, positions for any prompt here.
transformer::ModelConfig llama_shape(std::int64_t layers, std::int64_t heads, std::int64_t width,
                                     std::int64_t mlp_width, std::int64_t vocabulary);
/// The model that the targets are stated for: 16 layers, 16 heads, d 1024, f 2752, V 2000.
SweepShape benchmark_sweep();
/// The same with everything tiny.
SweepShape quick_sweep();

class Workload {
 public:
  /// group: the ranks that share the weights
  explicit Workload(const SweepShape& shape, std::optional<std::int64_t> tile_rows = std::nullopt,
                    const parallel::Communicator& group = {});
  Workload(const Workload&) = delete;
  Workload& operator=(const Workload&) = delete;

  /// The real sweep; collective. The record is whole on rank 0 and empty on the others.
  effects::SweepRecord walk(const parallel::Communicator& world, transformer::Operations& operations) const;

  const weights::ShardedStore& store() const { return store_; }
  const SweepShape& shape() const { return shape_; }
  const transformer::Transformer& transformer() const { return transformer_; }
  const std::vector<dialogue::TokenPair>& pairs() const { return pairs_; }
  const patching::WalkSettings& settings() const { return settings_; }
  const patching::Block& block() const { return block_; }

 private:
  SweepShape shape_;
  RandomTensors tensors_;
  weights::ShardedStore store_;
  transformer::Transformer transformer_;
  std::vector<dialogue::TokenPair> pairs_;
  patching::WalkSettings settings_;
  patching::Block block_;
};

}  // namespace pinpoint::bench
