/// \file
/// What a tuning is made of, from the configuration and its files; the same on every rank.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "commands/head_choice.h"
#include "commands/run.h"
#include "dialogue/training_dialogue.h"
#include "io/checkpoint_file.h"
#include "tuning/head_slices.h"
#include "tuning/lower_layers.h"

namespace pinpoint::commands {

struct TuneTask {
  std::optional<HeadChoice> choice;                   ///< none where every weight is trained
  std::vector<tuning::Slice> slices;                  ///< of the chosen heads
  std::vector<dialogue::TrainingDialogue> dialogues;  ///< short enough ones, in the order of the file
  io::Parent data;                                    ///< the training file
  std::int64_t steps = 0;
  io::TuningIdentity identity;

  /// The dialogues of step t, from 0.
  std::vector<tuning::IndexedDialogue> batch(const io::Config& config, std::int64_t t) const;
  std::int64_t longest() const;  ///< tokens
  /// Below which nothing is trained.
  std::int64_t lowest_layer() const { return slices.empty() ? 0 : slices.front().layer; }
  std::vector<HeadId> heads() const { return choice ? choice->heads : std::vector<HeadId>(); }
};

/// Reads heads, dialogues and tokenizer (only where text has to become tokens), and says what a user should know.
TuneTask make_tune_task(const Run& run, const model::ModelConfig& model);

}  // namespace pinpoint::commands
