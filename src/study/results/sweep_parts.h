/// \file
/// The finished blocks of a running sweep, OUT/sweep.parts/NNNN.h5 (hdf5_schemas/sweep_part.yaml). A part is never
/// changed or deleted.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "study/effects/sweep_record.h"
#include "study/results/sweep_identity.h"
#include "system/hdf5/provenance.h"

namespace pinpoint::results {

struct SweepPart {
  SweepIdentity identity;
  effects::SweepRecord record;
  std::vector<std::string> pair_sha256;  ///< [n] of the pairs' token ids
};

struct SavedPart {
  std::filesystem::path file;
  SweepPart part;
};

/// Writes a part under a number above all others in `folder`, those of damaged files included, and makes the folder if
/// necessary. Takes the model's SHA-256 from the identity. \returns the file
std::filesystem::path write_part(const std::filesystem::path& folder, const SweepPart& part,
                                 hdf5::Provenance provenance);

/// \throws UserError when the file is damaged or not a part
SweepPart read_part(const std::filesystem::path& file);

/// All parts in the order of their numbers; empty if the folder does not exist. Skips damaged files with a warning.
std::vector<SavedPart> read_parts(const std::filesystem::path& folder);

/// The first sample of `saved` whose pair has changed, in words. Samples beyond the end of `now` are ignored.
/// \param now SHA-256 of every pair in the pairs file
std::optional<std::string> pair_difference(const SweepPart& saved, std::span<const std::string> now);

}  // namespace pinpoint::results
