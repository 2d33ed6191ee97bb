/// \file
/// OUT/effects.h5: what a sweep recorded and found (hdf5_schemas/effects.yaml, docs/effects.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "study/effects/effects.h"
#include "study/effects/sweep_record.h"
#include "study/results/record_file.h"
#include "system/hdf5/provenance.h"

namespace pinpoint::results {

/// The samples that a sweep was asked for; sample i of a record is place i here.
struct AskedSamples {
  std::vector<std::string> ids;
  std::vector<std::int32_t> reference_length, counterfactual_length;  ///< tokens
};

struct EffectsFile {
  hdf5::Provenance provenance;
  AskedSamples asked;
  std::vector<RecordToken> record_tokens;
  std::string arithmetic;       ///< "float32", "difference", "bf16"
  effects::SweepRecord record;  ///< of the finished samples alone
  effects::Effects effects;     ///< over the finished samples

  bool complete() const { return record.samples.size() == asked.ids.size(); }
};

/// Samples that are not finished become NaN. \throws UserError when the place cannot be written to or is full
void write_effects(const std::filesystem::path& path, const EffectsFile& contents);

/// The way back. \throws UserError when the file is missing, damaged or of another kind
EffectsFile read_effects(const std::filesystem::path& path);

}  // namespace pinpoint::results
