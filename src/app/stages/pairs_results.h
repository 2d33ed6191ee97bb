/// \file
/// Writes OUT/pairs.jsonl and OUT/pairs.manifest.json, and keeps what is there.
#pragma once

#include "app/config/config.h"
#include "language/datasets/pairs_manifest.h"
#include "study/results/run_directory.h"

namespace pinpoint::stages {

/// Files with the same bytes are left as they are. Other pairs that this program made, and everything with `restart:
/// fresh`, are set aside (RunDirectory::set_aside) and logged. \param lines the bytes of pairs.jsonl
/// \throws UserError, unless `restart` is fresh, if there are other pairs that this program did not write, or that were
///         edited since: the manifest does not have their SHA-256
void write_pairs(const results::RunDirectory& directory, config::Restart restart, const std::string& lines,
                 const datasets::PairsManifest& manifest);

}  // namespace pinpoint::stages
