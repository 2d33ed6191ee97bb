#include "study/tuning/room.h"

#include <algorithm>

#include "model/transformer/layer_tape.h"

namespace pinpoint::tuning {
namespace {

/// The share of tapes if the output of the lower layers is kept too. Tapes come first: a tape that is not kept costs
/// another forward pass of its layer.
constexpr double share_of_tapes = 0.7;
/// Temporary tensors of a layer's backward pass, as a multiple of one layer's tape.
constexpr double working_tapes = 3;

}  // namespace

Room choose_room(const transformer::ModelConfig& model, const TuneOptions& options, const Demand& demand,
                 double bytes) {
  const std::int64_t wide_bytes = std::max<std::int64_t>(4, demand.weight_bytes);
  const auto row = static_cast<double>(transformer::tape_row_bytes(model, demand.weight_bytes, wide_bytes));
  const auto layers = static_cast<double>(model.layers - demand.lowest);
  const bool keeps = options.cache_lower_layers.value_or(demand.dialogues_recur && demand.lowest > 0);
  const double tapes = keeps && !options.cache_lower_layers ? share_of_tapes * bytes : bytes;
  const double dialogue = static_cast<double>(demand.longest) * row * (layers + working_tapes);

  Room room;
  room.micro_batch = options.micro_batch.value_or(std::clamp<std::int64_t>(
      static_cast<std::int64_t>(std::min(tapes / dialogue, 1e9)), 1, std::max<std::int64_t>(1, demand.share)));
  const double working = static_cast<double>(room.micro_batch * demand.longest) * row * working_tapes;
  room.tape_bytes = std::max(0.0, tapes - working);
  // An explicit cache_lower_layers: true keeps everything, whatever the memory.
  room.cache_bytes = !keeps ? 0 : options.cache_lower_layers ? 1e18 : bytes - tapes;
  return room;
}

}  // namespace pinpoint::tuning
