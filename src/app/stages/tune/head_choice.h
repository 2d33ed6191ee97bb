/// \file
/// Which heads are tuned (config: `select`).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/stages/job.h"
#include "model/transformer/model_config.h"
#include "system/base/head_id.h"
#include "system/hdf5/provenance.h"

namespace pinpoint::stages {

struct HeadChoice {
  std::vector<HeadId> heads;                ///< ascending, each once
  hdf5::Parent source;                      ///< the file that they come from
  std::optional<std::string> model_sha256;  ///< of the ranked weights, if the file has it
};

/// The heads of `select.heads`. Without it, the `select.count` most negative heads of OUT/effects.h5, or the first of
/// OUT/heads.json if there is no effects.h5; `select.random_draw` puts random heads in their place (docs/method.md, 3.7
/// and 4.1). \throws UserError if there is no such file, or it belongs to a model of another shape
HeadChoice choose_heads(const Job& job, const transformer::ModelConfig& model);

}  // namespace pinpoint::stages
