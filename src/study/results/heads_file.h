/// \file
/// heads.json: a list of heads, the most important first.
///
///     [{"layer": 3, "head": 17, "effect": -1.9}, ..]
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "study/effects/effects.h"
#include "system/base/head_id.h"

namespace pinpoint::results {

struct ListedHead {
  HeadId head;
  std::optional<double> effect;
  bool operator==(const ListedHead&) const = default;
};

/// The `count` heads with the most negative effects, in that order; all where there are fewer. A head whose effect is
/// NaN is never among them. \param heads query heads of a layer
std::vector<ListedHead> top_heads(const effects::MetricEffects& effects, std::int64_t heads, std::int64_t count);

/// A head a line. \throws UserError when the place cannot be written to or is full
void write_heads(const std::filesystem::path& path, const std::vector<ListedHead>& list);

/// Somebody's list, `effect` optional.
/// \throws UserError when it is no such list, is empty, names a head twice or one that a model of `layers` layers with
///         `heads` query heads does not have
std::vector<ListedHead> read_heads(const std::filesystem::path& path, std::int64_t layers, std::int64_t heads);

}  // namespace pinpoint::results
