/// \file
/// Which heads are tuned (config: `select`).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/head_id.h"
#include "commands/run.h"
#include "io/provenance.h"
#include "model/model_config.h"

namespace pinpoint::commands {

struct HeadChoice {
  std::vector<HeadId> heads;                ///< ascending, each once
  io::Parent source;                        ///< the file that they were taken from
  std::optional<std::string> model_sha256;  ///< of the weights that were ranked, where the file tells
};

/// `select.heads`; else the `select.count` most negative ones by OUT/effects.h5, or where there is none the first of
/// OUT/heads.json; else, with `select.random_draw`, random ones in their place.
/// \throws UserError where there is no such file, or it belongs to a model of another shape
HeadChoice choose_heads(const Run& run, const model::ModelConfig& model);

}  // namespace pinpoint::commands
