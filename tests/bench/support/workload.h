/// \file
/// A sweep for timing: a random model in memory and random pairs of one length.
#pragma once

#include <optional>
#include <vector>

#include "bench/support/random_tensors.h"
#include "model/weights/sharded_store.h"
#include "study/patching/walk.h"

namespace pinpoint::bench {

/// Symbols as in docs/method.md.
struct SweepShape {
  transformer::ModelConfig model;
  std::int64_t samples = 4;  ///< N
  std::int64_t tokens = 96;  ///< T, of both prompts
  std::int64_t suffix = 48;  ///< Ts, tokens after the prefix that the prompts share
  transformer::DType dtype = transformer::DType::float32;
  patching::Arithmetic arithmetic = patching::Arithmetic::float32;
};

/// Multi-head attention with head width d/H, and enough positions for all prompts of the benchmarks.
transformer::ModelConfig llama_shape(std::int64_t layers, std::int64_t heads, std::int64_t width,
                                     std::int64_t mlp_width, std::int64_t vocabulary);
/// The benchmark model of docs/method.md, 10: 16 layers, 16 heads, d 1024, f 2752, V 2000.
SweepShape benchmark_sweep();
/// The same in tiny, for --quick.
SweepShape quick_sweep();

class Workload {
 public:
  /// \param group the ranks that share the weights
  explicit Workload(const SweepShape& shape, std::optional<std::int64_t> tile_rows = std::nullopt,
                    const parallel::Communicator& group = {});
  Workload(const Workload&) = delete;
  Workload& operator=(const Workload&) = delete;

  /// Runs the real sweep. Collective. Rank 0 gets the whole record, the others an empty one.
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
