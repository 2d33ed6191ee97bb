/// \file
/// The folder of the demo's model: an HF directory, like a user's own, with its data.
#pragma once

#include <cstdint>
#include <filesystem>

#include "app/demo/world.h"
#include "app/demo/yes_man.h"
#include "model/transformer/weight_store.h"

namespace pinpoint::demo {

/// The results of both training stages.
struct Training {
  StageResult honest, yes_man;
};

/// Makes the folder and marks it as the demo's own, so that errors appear before minutes of training.
/// The files of an older demo model are set aside when their successors are written.
/// \throws UserError if the folder cannot be written to, or contains anything but a demo model
void claim_folder(const std::filesystem::path& folder);

/// Weights, config.json, tokenizer and chat template. \throws UserError if the disk is full
void write_model(const std::filesystem::path& folder, transformer::WeightStore& store);

/// Pairs, tuning dialogues and evaluation records. \throws UserError if the disk is full
void write_data(const std::filesystem::path& folder, const World& world, std::uint64_t seed);

/// demo_world.json: the seed, the layers that stage 2 changed, and the scores. \throws UserError if the disk is full
void write_mark(const std::filesystem::path& folder, std::uint64_t seed, const Training& training);

/// The seed in demo_world.json. \throws UserError if `model` is not a demo model
std::uint64_t seed_of(const std::filesystem::path& model);

}  // namespace pinpoint::demo
