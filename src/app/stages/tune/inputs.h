/// \file
/// What a tuning is made of, from the configuration and its files; the same on every rank.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "app/stages/job.h"
#include "app/stages/tune/head_choice.h"
#include "language/dialogue/training_dialogue.h"
#include "study/results/checkpoint_file.h"
#include "study/tuning/head_slices.h"
#include "study/tuning/lower_layers.h"

namespace pinpoint::stages {

struct TuneInputs {
  std::optional<HeadChoice> choice;                   ///< none where every weight is trained
  std::vector<tuning::Slice> slices;                  ///< of the chosen heads
  std::vector<dialogue::TrainingDialogue> dialogues;  ///< short enough ones, in the order of the file
  hdf5::Parent data;                                  ///< the training file
  std::int64_t steps = 0;
  tuning::Identity identity;

  /// The dialogues of step t, from 0.
  std::vector<tuning::IndexedDialogue> batch(const config::Config& config, std::int64_t t) const;
  std::int64_t longest() const;  ///< tokens
  /// Below which nothing is trained.
  std::int64_t lowest_layer() const { return slices.empty() ? 0 : slices.front().layer; }
  std::vector<HeadId> heads() const { return choice ? choice->heads : std::vector<HeadId>(); }
};

/// Reads heads, dialogues and tokenizer (only where text has to become tokens), and says what a user should know.
TuneInputs read_tune_inputs(const Job& job, const transformer::ModelConfig& model);

}  // namespace pinpoint::stages
