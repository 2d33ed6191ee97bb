/// \file
/// Random training dialogues, and a random model loaded to be tuned.
#pragma once

#include <cstdint>
#include <vector>

#include "language/dialogue/training_dialogue.h"
#include "model/weights/sharded_store.h"
#include "study/tuning/lower_layers.h"
#include "support/random_model.h"

namespace pinpoint::test {

/// Dialogues of 3 to `longest` tokens below `vocabulary`; the last third of each are targets.
std::vector<dialogue::TrainingDialogue> random_dialogues(std::int64_t count, std::int64_t longest,
                                                         std::int64_t vocabulary);

std::vector<tuning::IndexedDialogue> indexed(const std::vector<dialogue::TrainingDialogue>& dialogues,
                                             const std::vector<std::int64_t>& indices);

/// A random model, loaded from a temporary folder.
weights::ShardedStore random_store(const transformer::ModelConfig& shape, transformer::DType dtype,
                                   Statistics statistics = Statistics::plain);

/// SHA-256 over the bytes of all weights.
std::string digest_of(transformer::WeightStore& store);

}  // namespace pinpoint::test
