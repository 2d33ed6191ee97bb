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
  hdf5::Parent source;                      ///< the file that they were taken from
  std::optional<std::string> model_sha256;  ///< of the weights that were ranked, where the file tells
};

/// `select.heads`; else the `select.count` most negative ones by OUT/effects.h5, or where there is none the first of
/// OUT/heads.json; else, with `select.random_draw`, random ones in their place.
/// \throws UserError where there is no such file, or it belongs to a model of another shape
HeadChoice choose_heads(const Job& job, const transformer::ModelConfig& model);

}  // namespace pinpoint::stages
