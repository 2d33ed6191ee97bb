/// \file
/// The model and its type in memory (config: `model`).
#pragma once

#include <filesystem>

namespace pinpoint::transformer {

enum class DType { bf16, float32 };  ///< of the weights in memory and of the products with them

struct Options {
  std::filesystem::path path;  ///< HF directory
  DType dtype = DType::bf16;
};

}  // namespace pinpoint::transformer
