/// \file
/// The tile size: how many rows go through a product at once.
#pragma once

#include <cstdint>
#include <optional>

#include "model/transformer/model_config.h"

namespace pinpoint::patching {

/// The shape of the products that rows go through. A function of model, device and configuration only.
struct Tiling {
  std::int64_t tile_rows = 0;    ///< M
  std::int64_t set_samples = 0;  ///< samples whose rows share tiles
  std::int64_t pass_rows = 0;    ///< fewest positions of a stack of passes A and B, if its set has as many
  bool operator==(const Tiling&) const = default;
};

/// `tile_rows` if the configuration gives it, else a number that suits the device. A set has enough samples that its
/// rows of one layer fill several tiles.
Tiling choose_tiling(const transformer::ModelConfig& config, std::optional<std::int64_t> tile_rows, bool on_gpu);

}  // namespace pinpoint::patching
