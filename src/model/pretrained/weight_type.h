/// \file
/// The types that weights are stored in: their names in config.json, and which type holds the values of two.
#pragma once

#include <c10/core/ScalarType.h>

#include <optional>
#include <string_view>

namespace pinpoint::pretrained {

/// "float32", "float16" or "bfloat16". \pre one of these types
std::string_view torch_name(at::ScalarType type);
/// The type of that name in PyTorch, float64 and the names "half", "float" and "double" included; none for others.
std::optional<at::ScalarType> find_torch_type(std::string_view name);

/// The narrowest type that holds every value of both. float16 and bfloat16 need float32.
at::ScalarType common_type(at::ScalarType one, at::ScalarType other);

}  // namespace pinpoint::pretrained
