#include "bench/support/workload.h"

#include "study/patching/sample_sets.h"
#include "study/patching/tiling.h"
#include "system/base/random.h"

namespace pinpoint::bench {
namespace {

constexpr std::int64_t most_tokens = 4096;

at::ScalarType scalar_type(transformer::DType dtype) {
  return dtype == transformer::DType::bf16 ? at::kBFloat16 : at::kFloat;
}

/// Pairs whose suffixes differ in their first token, so that Ts is that of the shape.
std::vector<dialogue::TokenPair> random_pairs(const SweepShape& shape) {
  Random random(0, "pairs");
  std::vector<dialogue::TokenPair> pairs;
  for (std::int64_t sample = 0; sample < shape.samples; ++sample) {
    dialogue::TokenPair pair{std::to_string(sample), {}, {}};
    for (std::int64_t i = 0; i < shape.tokens; ++i) {
      const auto vocabulary = static_cast<std::uint64_t>(shape.model.vocabulary);
      const auto token = static_cast<std::int64_t>(random.below(vocabulary));
      pair.reference.push_back(token);
      pair.counterfactual.push_back(i < shape.tokens - shape.suffix ? token : (token + 1) % shape.model.vocabulary);
    }
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

}  // namespace

transformer::ModelConfig llama_shape(std::int64_t layers, std::int64_t heads, std::int64_t width,
                                     std::int64_t mlp_width, std::int64_t vocabulary) {
  return {.layers = layers,
          .heads = heads,
          .kv_heads = heads,
          .width = width,
          .head_width = width / heads,
          .mlp_width = mlp_width,
          .vocabulary = vocabulary,
          .max_positions = most_tokens};
}

SweepShape benchmark_sweep() { return {.model = llama_shape(16, 16, 1024, 2752, 2000)}; }

SweepShape quick_sweep() { return {.model = llama_shape(3, 4, 64, 176, 100), .samples = 2, .tokens = 16, .suffix = 8}; }

Workload::Workload(const SweepShape& shape, std::optional<std::int64_t> tile_rows, const parallel::Communicator& group)
    : shape_(shape), tensors_(scalar_type(shape.dtype)), store_(shape.model, tensors_, {.dtype = shape.dtype}, group),
      transformer_(store_), pairs_(random_pairs(shape)) {
  const patching::Tiling tiling = patching::choose_tiling(shape.model, tile_rows, /*on_gpu=*/false);
  settings_ = {.arithmetic = shape.arithmetic,
               .record_tokens = {7, 11},
               .tile_rows = tiling.tile_rows,
               .pass_rows = tiling.pass_rows,
               .checks = {}};
  block_ = {patching::cut_sample_sets(shape.samples, tiling.set_samples)};
}

effects::SweepRecord Workload::walk(const parallel::Communicator& world, transformer::Operations& operations) const {
  return patching::walk(transformer_, pairs_, block_, settings_, world, {}, operations).value();
}

}  // namespace pinpoint::bench
