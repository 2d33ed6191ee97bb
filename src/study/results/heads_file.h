/// \file
/// heads.json: a list of heads, the most important first.
///
///     [{"layer": 3, "head": 17, "effect": -1.9}, ..]
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "study/effects/effects.h"
#include "system/base/head_id.h"
#include "system/files/input_file.h"

namespace pinpoint::results {

struct ListedHead {
  HeadId head;
  std::optional<double> effect;
  bool operator==(const ListedHead&) const = default;
};

/// The `count` heads with the most negative effects, most negative first; fewer if there are fewer. Heads whose effect
/// is NaN are left out. \param heads query heads per layer
std::vector<ListedHead> top_heads(const effects::MetricEffects& effects, std::int64_t heads, std::int64_t count);

/// The bytes of the file: one head per line.
std::string to_json(const std::vector<ListedHead>& list);

/// Reads a list from any source; `effect` is optional.
/// \throws UserError when the file is not such a list, is empty, names a head twice, or names a head that a model of
///         `layers` layers with `heads` query heads does not have
std::vector<ListedHead> read_heads(const std::filesystem::path& path, std::int64_t layers, std::int64_t heads);
/// The same for a file that was read before. Errors as of read_heads.
std::vector<ListedHead> parse_heads(const files::InputFile& input, std::int64_t layers, std::int64_t heads);

}  // namespace pinpoint::results
