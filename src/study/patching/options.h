/// \file
/// Options of a sweep and of the choice of heads (config: `sweep`, `select`).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "study/effects/metric.h"
#include "study/patching/arithmetic.h"

namespace pinpoint::patching {

/// The two words whose logits are recorded; the first is the metric's `a` (apology), the second its `y` (confirm).
struct RecordTokens {
  std::string apology = "Apologies";
  std::string confirm = "Yes";
};
struct RecordTokenIds {
  std::int64_t apology = 0;
  std::int64_t confirm = 0;
};

struct SweepOptions {
  std::filesystem::path pairs;
  std::optional<std::int64_t> samples = 100;  ///< the first N pairs; none: all
  RecordTokens record_tokens;
  std::optional<RecordTokenIds> record_token_ids;        ///< replaces `record_tokens`, if given
  effects::Metric metric = effects::Metric::logit_diff;  ///< the metric that ranks
  bool force_metric = false;                             ///< rank by logit_share even if it is meaningless
  std::optional<Arithmetic> arithmetic;                  ///< none: suitable_arithmetic
  std::int64_t exact_check = 4;                          ///< (sample, head) recomputed by the literal hooks
  std::optional<std::int64_t> block;                     ///< samples per walk; none: by memory and minutes_per_block
  double minutes_per_block = 15;
  std::optional<std::int64_t> tile_rows;  ///< none: a function of model and device
  std::int64_t bootstrap = 1000;          ///< resamples of the samples, for the intervals
};

struct SelectOptions {
  std::int64_t count = 32;                     ///< heads written to heads.json, most negative effect first
  std::optional<std::int64_t> random_draw;     ///< replaces them by the n-th random draw matched by layer
  std::optional<std::filesystem::path> heads;  ///< replaces both by the user's own list
};

}  // namespace pinpoint::patching
