/// \file
/// Decides whether a model's output matrix is its embedding, where config.json and the files may disagree.
#pragma once

#include <string>

#include "model/pretrained/weight_files.h"
#include "model/transformer/model_config.h"

namespace pinpoint::pretrained {

/// The rule of transformers 5 (`PreTrainedModel.tie_weights`). If config.json ties the two matrices:
/// - both are in the files with equal values, or only the embedding is: they are tied;
/// - both are there and differ: each is used, as if config.json did not tie them;
/// - only the output matrix is there: it is also the embedding.
/// If config.json does not tie them, both must be there.
struct EmbeddingTie {
  bool tied = false;
  bool stored_as_unembedding = false;  ///< the one matrix has the name of the output matrix
  std::string warning = {};            ///< what is done where the files contradict config.json; else ""
};

/// Reads both matrices, up to their first difference, if config.json ties them and the files hold both.
/// \throws UserError if a file cannot be read
EmbeddingTie find_embedding_tie(const transformer::ModelConfig& config, const WeightFiles& files,
                                const std::string& folder);

}  // namespace pinpoint::pretrained
