/// \file
/// Writes and recognises pairs.manifest.json: what pairs.jsonl was made from, so that others can make it again and
/// check its content.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "language/datasets/source_file.h"
#include "language/dialogue/options.h"
#include "language/dialogue/pairs.h"

namespace pinpoint::datasets {

struct PairsManifest {
  std::string file;  ///< name of the pairs file
  dialogue::PairsOptions options;
  std::uint64_t seed = 0;
  std::vector<SourceFile> sources;
  dialogue::PairCounts counts;
  std::string pairs_sha256;  ///< of its bytes
};

/// The bytes of the file: the same for the same manifest and the same build of this program. Pairs from are_you_sure
/// have no split and no letter request (null), and the count `already_answered`.
std::string to_json(const PairsManifest& manifest);

/// `pairs_sha256` of the manifest with these bytes; none if they are not a manifest of this program.
std::optional<std::string> pairs_sha256_of(const std::string& manifest);

}  // namespace pinpoint::datasets
