/// \file
/// Finds NaNs and infinities in the bytes of a tensor.
#pragma once

#include <c10/core/ScalarType.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace pinpoint::pretrained {

/// The position of the first NaN or infinity, found by its exponent bits (all set) at memory speed; none if all
/// elements are finite. \pre dtype is float32, float16 or bfloat16; bytes are whole elements, aligned to them
std::optional<std::int64_t> first_not_finite(std::string_view bytes, at::ScalarType dtype);

}  // namespace pinpoint::pretrained
