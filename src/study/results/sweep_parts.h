/// \file
/// The finished blocks of a running sweep, OUT/sweep.parts/NNNN.h5 (hdf5_schemas/sweep_part.yaml). A part is written
/// once and never changed or deleted.
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

/// Writes a part under the next number that no file in `folder` has, damaged ones included; makes the folder. The
/// model's SHA-256 in the provenance is that of the identity. \returns the file
std::filesystem::path write_part(const std::filesystem::path& folder, const SweepPart& part,
                                 hdf5::Provenance provenance);

/// \throws UserError when the file is damaged or no part
SweepPart read_part(const std::filesystem::path& file);

/// All parts in the order of their numbers; none where there is no folder. A damaged one is left out, with a warning.
std::vector<SavedPart> read_parts(const std::filesystem::path& folder);

/// The first sample of `saved` whose pair is another one now, in words. Samples beyond `now` are not looked at.
/// \param now SHA-256 of every pair in the pairs file
std::optional<std::string> pair_difference(const SweepPart& saved, std::span<const std::string> now);

}  // namespace pinpoint::results
