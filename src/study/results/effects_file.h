/// \file
/// OUT/effects.h5: record and effects of a sweep (hdf5_schemas/effects.yaml, docs/effects.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "study/effects/effects.h"
#include "study/effects/sweep_record.h"
#include "study/results/record_file.h"
#include "system/files/input_file.h"
#include "system/hdf5/provenance.h"

namespace pinpoint::results {

/// All samples that the sweep was asked for. A record's `samples` are indices into these lists.
struct AskedSamples {
  std::vector<std::string> ids;
  std::vector<std::int32_t> reference_length, counterfactual_length;  ///< tokens
};

struct EffectsFile {
  hdf5::Provenance provenance;
  AskedSamples asked;
  std::vector<RecordToken> record_tokens;
  std::string arithmetic;       ///< "float32", "difference", "bf16"
  effects::SweepRecord record;  ///< of the finished samples only
  effects::Effects effects;     ///< over the finished samples

  bool complete() const { return record.samples.size() == asked.ids.size(); }
};

/// Unfinished samples are NaN in the file. \throws UserError when the file cannot be written or the disk is full
void write_effects(const std::filesystem::path& path, const EffectsFile& contents);

/// Whether `path` has the effects of the same weights and pairs, as this program wrote them: its seal is intact.
bool are_effects_of(const std::filesystem::path& path, const hdf5::Provenance& sweep);

/// \throws UserError when the file is missing, damaged or of another kind
EffectsFile read_effects(const std::filesystem::path& path);
/// The same for a file that was read before. Errors as of read_effects.
EffectsFile parse_effects(const files::InputFile& input);

}  // namespace pinpoint::results
