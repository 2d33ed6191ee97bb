/// \file
/// config.json in the form that the publisher of each family uses.
#pragma once

#include <c10/core/ScalarType.h>

#include <string>

#include "model/transformer/model_config.h"

namespace pinpoint::test {

/// \param dtype of the weights: float32, float16 or bfloat16
std::string published_config(const transformer::ModelConfig& shape, at::ScalarType dtype);

}  // namespace pinpoint::test
